"""The container contract: /opt/ml, script mode, processes, model servers."""
