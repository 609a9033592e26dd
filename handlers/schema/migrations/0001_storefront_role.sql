-- The role the web fleet signs in as. It has no password: it signs in with IAM tokens only.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'storefront') THEN
        CREATE ROLE storefront LOGIN;
    END IF;
END
$$;

GRANT rds_iam TO storefront;
GRANT USAGE ON SCHEMA public TO storefront;
