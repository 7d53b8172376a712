import { Budget } from "slipway";

new Budget("costs", { amount: 300, currency: "EUR", alertEmails: ["sales@acme.example"] });
