import * as pulumi from "@pulumi/pulumi";
import { Environment } from "../../environment/environment";
import * as check from "../../internal/arguments/check";
import type { EnvironmentKind } from "../../stack/settings/defaults";

/** A project that this program creates or adopts: an EnvironmentProject. */
export interface DeployedProject {
    readonly projectId: pulumi.Output<string>;
    readonly kind: EnvironmentKind;
    /** The provider for resources of the project. */
    readonly provider: pulumi.ProviderResource;
    /** The resources that must exist before others are created in the project. */
    readonly ready: pulumi.Resource[];
}

/** Checks a project. */
export const project = check.custom<DeployedProject>(
    (value) =>
        pulumi.Resource.isInstance(value) &&
        ["projectId", "kind", "provider", "ready"].every((property) => property in value),
    "must be an EnvironmentProject",
);

/** The project of a deployer, its provider, and what must exist before. */
interface ProjectContext {
    project: pulumi.Input<string>;
    provider?: pulumi.ProviderResource;
    ready: pulumi.Resource[];
}

const apis = ["iam", "iamcredentials", "sts", "cloudresourcemanager"].map((api) => `${api}.googleapis.com`);

/** The project of the arguments, or of the stack's environment. */
export function projectContext(deployed: DeployedProject | undefined): ProjectContext {
    if (deployed) {
        const { projectId, provider, ready } = deployed;
        return { project: projectId, provider, ready };
    }
    const environment = Environment.current();
    return { project: environment.project, ready: environment.enable(...apis) };
}
