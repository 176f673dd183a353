"""How well breath is counted, on nights of real airflow."""
