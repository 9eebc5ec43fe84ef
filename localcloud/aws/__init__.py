"""The account: its number and clients, moto as its services, and what AWS does by itself."""
