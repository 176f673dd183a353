"""The standalone host: MQTT, captures on disk, the state store and the doctor."""
