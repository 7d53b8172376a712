import { Budget } from "slipway";

new Budget("b", {
    amount: 1000,
    currency: "USD",
    billingAccount: "012345-6789AB-CDEF01",
    alertEmails: ["a@acme.example"],
    thresholds: [50, 90, 120],
});
new Budget("c", {
    amount: 5,
    currency: "EUR",
    billingAccount: "012345-6789AB-CDEF01",
    alertEmails: ["a@acme.example"],
});
