import * as pulumi from "@pulumi/pulumi";
import { Deployer, type EnvironmentKind, EnvironmentProject } from "slipway";
import { configuration, type MadeEnvironment } from "./configuration";
import { Releases } from "./releases";
import { deploys, previewRoles } from "./roles";
import { PulumiState } from "./state";

const settings = new pulumi.Config();
const region = new pulumi.Config("gcp").require("region");
const repository = settings.require("repository");
/** The program that is deployed to the environments, by the name in its Pulumi.yaml. */
const program = settings.get("program") ?? "platform";
const deployed = deploys[program];
if (!deployed) {
    throw new Error(`foundation:program: roles.ts has no roles for ${program}`);
}

const projectId = (name: string) => `${settings.require("projects")}-${name}`;

interface Planned {
    kind: EnvironmentKind;
    /** In euros a month. */
    amount: number;
    /** Whether pull requests are previewed in it. */
    previews?: true;
    promotes?: string;
}

/** What each environment is for, what it may cost a month, and whose archives and images it takes. */
const plan: Record<string, Planned> = {
    dev: { kind: "development", amount: 100, previews: true },
    staging: { kind: "staging", amount: 200, promotes: "dev" },
    prod: { kind: "production", amount: 1000, promotes: "staging" },
};

/** The environments whose programs created the bucket of their records themselves: their buckets are imported. */
const recorded = settings.getObject<string[]>("recorded") ?? [];

const made: Record<string, Omit<MadeEnvironment, "releases">> = {};
for (const [name, { kind, amount, promotes, previews }] of Object.entries(plan)) {
    const project = new EnvironmentProject(name, {
        projectId: projectId(name),
        kind,
        parent: { folder: settings.require("folder") },
        billingAccount: settings.require("billingAccount"),
        budget: { amount, currency: "EUR", alertEmails: [settings.require("alertEmail")] },
        apis: ["cloudkms.googleapis.com", "storage.googleapis.com"],
        auditLogs: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"],
    });
    const deployer = new Deployer(`${name}-deployer`, {
        project,
        github: { repository, environment: name },
        ...deployed,
    });
    const previewer =
        previews &&
        new Deployer(`${name}-previewer`, {
            project,
            github: { repository, pullRequests: true },
            roles: previewRoles(program),
        });
    const state = new PulumiState(name, { project, region, writer: deployer, reader: previewer });
    made[name] = { project, deployer, previewer, state, region, promotes };
}

// The next environments read the records: all deployers exist by now.
const environments = Object.entries(made).map(([name, each]): [string, MadeEnvironment] => {
    const followers = Object.entries(made).filter(([, { promotes }]) => promotes === name);
    const releases = new Releases(name, {
        ...each,
        bucket: `${projectId(name)}-${program}-releases`,
        readers: Object.fromEntries(followers.map(([follower, { deployer }]) => [follower, deployer])),
        isAdopted: recorded.includes(name),
    });
    return [name, { ...each, releases }];
});

export = configuration(Object.fromEntries(environments));
