"""The web fleet's service: catalogue, sessions and orders, stateless, behind a load balancer.

It stands on gunicorn (the server), pg8000 (PostgreSQL) and boto3. There is no web framework: the ten routes need
matching and JSON only, which handlers.common.http already does for the functions.
"""
