import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";

export const examples: Record<string, Inputs[]> = {
    "gcp:projects/service:Service": [
        { service: "redis.googleapis.com" },
        { service: "run.googleapis.com", disableOnDestroy: true },
    ],
    "gcp:projects/defaultServiceAccounts:DefaultServiceAccounts": [
        { project: "acme-dev", action: "DISABLE" },
        { project: "acme-dev", action: "DELETE", restorePolicy: "NONE" },
    ],
    "gcp:projects/iAMAuditConfig:IAMAuditConfig": [
        { project: "acme-dev", service: "allServices", auditLogConfigs: [{ logType: "ADMIN_READ" }] },
        {
            project: "acme-dev",
            service: "storage.googleapis.com",
            auditLogConfigs: [
                { logType: "DATA_READ", exemptedMembers: ["user:Zoe@acme.com", "group:all@acme.com"] },
                { logType: "DATA_WRITE" },
            ],
        },
    ],
    "gcp:projects/iAMCustomRole:IAMCustomRole": [
        { roleId: "modelReader", title: "Model reader", permissions: ["storage.objects.get"] },
        {
            project: "acme-dev",
            roleId: "acme.deployer_2",
            title: "Deployer",
            description: "Deploys models",
            permissions: ["pubsub.topics.create", "pubsub.topics.delete"],
            stage: "BETA",
        },
    ],
    "gcp:projects/serviceIdentity:ServiceIdentity": [{ service: "secretmanager.googleapis.com" }],
    ...policyExamples("gcp:projects/iAM", { project: "acme-dev" }, "roles/pubsub.viewer"),
};
