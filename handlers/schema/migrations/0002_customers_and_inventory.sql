CREATE TABLE customers (
    customer_id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- product_id is the id of a product of the catalogue, which lives in DynamoDB: no foreign key can hold it.
CREATE TABLE inventory (
    product_id text PRIMARY KEY CHECK (length(product_id) BETWEEN 1 AND 64),
    available integer NOT NULL CHECK (available >= 0),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- ON CONFLICT … DO UPDATE on customers asks for UPDATE as well.
GRANT SELECT, INSERT, UPDATE ON customers TO storefront;
GRANT SELECT, UPDATE ON inventory TO storefront;
