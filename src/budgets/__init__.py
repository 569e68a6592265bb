"""The money that a citizen steers: funds, grants, personal budgets and the ledger below them."""
