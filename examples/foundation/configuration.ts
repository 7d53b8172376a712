import * as pulumi from "@pulumi/pulumi";
import type { Deployer, EnvironmentProject } from "slipway";
import { stringify } from "yaml";
import type { Releases } from "./releases";
import type { PulumiState } from "./state";

/** One environment as this program made it. */
export interface MadeEnvironment {
    project: EnvironmentProject;
    deployer: Deployer;
    previewer?: Deployer;
    state: PulumiState;
    releases: Releases;
    region: string;
    promotes?: string;
}

/**
 * The files that tell the programs of the environments and their workflow what was made, by their names: `Pulumi.yaml` and
 * `Pulumi.dev.yaml` for Pulumi, `dev.env` and `dev-preview.env` for the variables of GitHub's environments of these names.
 */
export function configuration(environments: Record<string, MadeEnvironment>): Record<string, pulumi.Output<string>> {
    const all = Object.entries(environments);
    const entries = all.map(([name, made]) => [name, entry(made)] as const);
    return {
        "Pulumi.yaml": yaml({ "slipway:environments": { value: Object.fromEntries(entries) } }),
        ...Object.fromEntries(all.map(([name, made]) => [`Pulumi.${name}.yaml`, stackFile(made)])),
        ...Object.fromEntries(
            all.flatMap(([name, { deployer, previewer, state }]) => [
                [`${name}.env`, variables(deployer, state)] as const,
                ...(previewer ? [[`${name}-preview.env`, variables(previewer, state)] as const] : []),
            ]),
        ),
    };
}

function entry({ project, deployer, promotes, releases }: MadeEnvironment) {
    return pulumi.all([project.entry, deployer.email, releases.bucket]).apply(([known, email, bucket]) => {
        return { ...known, ...(promotes && { promotes }), deployer: email, releases: bucket };
    });
}

function stackFile({ project, region }: MadeEnvironment) {
    return yaml({ "gcp:project": project.projectId, "gcp:region": region, "slipway:kind": project.kind });
}

/** `WORKLOAD_IDENTITY_PROVIDER=…` and so on, a line each. */
function variables({ email, workloadIdentityProvider }: Deployer, { backend }: PulumiState) {
    const all = {
        WORKLOAD_IDENTITY_PROVIDER: workloadIdentityProvider,
        SERVICE_ACCOUNT: email,
        PULUMI_BACKEND_URL: backend,
    };
    const lines = Object.entries(all).map(([name, value]) => pulumi.interpolate`${name}=${value}\n`);
    return pulumi.all(lines).apply((known) => known.join(""));
}

function yaml(config: object): pulumi.Output<string> {
    return pulumi.output(config).apply((known) => stringify({ config: known }));
}
