"""Rules of security groups, launch templates and disks."""
