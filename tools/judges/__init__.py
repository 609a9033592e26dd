"""Outside judges of the program, and where they and the policy pack disagree.

checkov judges the Terraform plan that `../shared/terraform-check` makes of a stack; cloudsplaining and parliament judge
every IAM document of its recorded graph. Each finding of theirs is one that the pack reports too, or one that
`policy/judged.csv` explains.
"""
