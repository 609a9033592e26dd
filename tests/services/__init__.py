"""What the services do, over moto's AWS and a real PostgreSQL, and what their artifacts hold."""
