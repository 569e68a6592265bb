"""Purchases, receipts and refunds."""
