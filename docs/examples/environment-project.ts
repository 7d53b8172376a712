import { EnvironmentProject } from "slipway";

const dev = new EnvironmentProject("dev", {
    projectId: "acme-sales-dev",
    kind: "development",
    parent: { folder: "123456789012" },
    billingAccount: "012345-6789AB-CDEF01",
    budget: { amount: 300, currency: "EUR", alertEmails: ["sales@acme.example"] },
    apis: ["run.googleapis.com"],
    labels: { team: "sales" },
});

/** The entry in `slipway:environments` for programs that are deployed into this project. */
export const environments = { dev: dev.entry };
