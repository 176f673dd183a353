"""Other people's messages as observations: Home Assistant entities, ESPHome, Zigbee2MQTT."""
