CREATE TABLE orders (
    order_id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    idempotency_key text NOT NULL UNIQUE CHECK (length(idempotency_key) BETWEEN 8 AND 128),
    request_digest text NOT NULL CHECK (length(request_digest) = 64),
    status text NOT NULL CHECK (status IN ('placed', 'fulfilled', 'cancelled')),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total_minor bigint NOT NULL CHECK (total_minor >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX orders_of_customer ON orders (customer_id, created_at);

CREATE TABLE order_lines (
    order_id uuid NOT NULL REFERENCES orders,
    product_id text NOT NULL REFERENCES inventory,
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
    PRIMARY KEY (order_id, product_id)
);

GRANT SELECT, INSERT ON orders TO storefront;
GRANT SELECT, INSERT ON order_lines TO storefront;
