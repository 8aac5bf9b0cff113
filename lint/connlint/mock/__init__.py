"""The mock server: a connector's operations answered from fixtures, its events delivered as the vendor does.

Nothing here knows a vendor: shapes, errors, pagination and signing come from fixtures, events and contract.
`app` is an ASGI application, `server` runs it, `delivering` sends signed webhooks, `recorder` is the proxy.
"""
