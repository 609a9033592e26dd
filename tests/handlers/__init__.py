"""What the functions do, over moto's AWS and, for the schema, a real PostgreSQL."""
