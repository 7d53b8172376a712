import { facts } from "./facts";

/** Issuers whose tokens anybody can get, by issuer: a provider for one must have a condition on the token's claims. */
export const sharedIssuers = facts<object>()({
    subject: "Issuers of OpenID Connect tokens with many tenants",
    source: "https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines",
    checked: "2026-11-20",
    rows: {
        "https://token.actions.githubusercontent.com": {},
        "https://gitlab.com": {},
        "https://app.terraform.io": {},
    },
});

/** Whether an issuer has many tenants. */
export const isSharedIssuer = (issuer: string): boolean => Object.hasOwn(sharedIssuers.rows, issuer.replace(/\/$/, ""));
