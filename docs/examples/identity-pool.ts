import { allow, ServiceAccount, StorageBucket, WorkloadIdentityPool } from "slipway";

const models = new StorageBucket("models", { upload: "./models" });
const trainer = new ServiceAccount("trainer", { uses: [models.writer] });

const partners = new WorkloadIdentityPool("partners", {
    providers: {
        aws: { aws: { account: "123456789012" } },
        azure: { azure: { tenant: "72f988bf-86f1-41af-91ab-2d7cd011db47", audience: "api://acme-models" } },
        okta: {
            oidc: { issuer: "https://acme.okta.com", audiences: ["models"] },
            attributes: { "google.subject": "assertion.sub", "attribute.team": "assertion.team" },
            condition: "assertion.team in ['ml', 'data']",
        },
    },
});

allow(models.reader, partners.attribute("aws_role", "arn:aws:sts::123456789012:assumed-role/etl"));
allow(models.reader, partners.attribute("team", "ml"));
allow(trainer.role("roles/iam.workloadIdentityUser"), partners.subject("a1b2c3d4-azure-object-id"));

export const provider = partners.providers.aws?.name;
