module slipway/schema

go 1.26
