import { Budget } from "slipway";

new Budget("costs", {
    amount: 300,
    currency: "EUR",
    billingAccount: "012345-6789AB-CDEF01",
    alertEmails: ["sales@acme.example"],
});
