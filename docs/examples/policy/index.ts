import { PolicyPack } from "@pulumi/policy";
import { policies } from "slipway-policy";

new PolicyPack("acme", {
    policies: policies({
        environments: { dev: "development", prod: "production" },
        enforcement: {
            "pubsub-with-own-key": { production: "mandatory" },
            "storage-versioning": "disabled",
        },
        exemptions: [
            {
                rule: "storage-uniform-access",
                resource: "legacy-*",
                reason: "Clients of the old shop read objects by their access control lists.",
                until: "2027-06-30",
            },
        ],
    }),
});
