import { SharedVPCHostProject } from "@pulumi/gcp/compute/sharedVPCHostProject";
import { SharedVPCServiceProject } from "@pulumi/gcp/compute/sharedVPCServiceProject";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";
import type { Child } from "../../internal/engine/children";
import { projectId } from "../../stack/settings/projectId";

/** The host project of a {@link https://cloud.google.com/vpc/docs/shared-vpc Shared VPC} in this program. */
interface HostOfProgram extends pulumi.Resource {
    readonly projectId: pulumi.Output<string>;
    readonly sharedVpcHost?: SharedVPCHostProject;
}

/** A service project of a {@link https://cloud.google.com/vpc/docs/shared-vpc Shared VPC}. */
export interface SharedVpcService {
    /**
     * The host project: an {@link EnvironmentProject} with `sharedVpc: "host"`, or the ID of a host project. Changing this attaches the
     * project to another host.
     */
    host: HostOfProgram | pulumi.Input<string>;
}

/** The part of a project in a {@link https://cloud.google.com/vpc/docs/shared-vpc Shared VPC}. */
export type SharedVpc = "host" | SharedVpcService;

const isComponent = (host: SharedVpcService["host"]): host is HostOfProgram => "projectId" in Object(host);

/** Checks the part of a project in a Shared VPC. */
export const sharedVpc = check.literalOr(
    "host",
    check.options<SharedVpcService>(
        { host: check.componentOr(check.component("EnvironmentProject"), check.input(projectId)) as check.AnyCheck },
        "host",
    ),
);

/** The API that both projects of a Shared VPC need. */
export const sharedVpcApi = "compute.googleapis.com";

/** Refuses a host that is none, or the project itself. */
export function sharedVpcProblems(project: string, shared: SharedVpc | undefined): (check.Problem | undefined)[] {
    const host = typeof shared === "object" ? shared.host : undefined;
    return [
        check.when(
            host === project,
            "sharedVpc.host",
            "resourcemanager/shared-vpc-host-itself",
            'must be another project. Set sharedVpc: "host" to share the networks of this one.',
        ),
        check.when(
            pulumi.Resource.isInstance(host) && (host as HostOfProgram).sharedVpcHost === undefined,
            "sharedVpc.host",
            "resourcemanager/shared-vpc-host-not-shared",
            'must be a host project. Set sharedVpc: "host" in its arguments.',
        ),
    ];
}

/** Makes a project a host, or attaches it to one. */
export function createSharedVpc(
    name: string,
    { project, sharedVpc: shared, isKept }: { project: pulumi.Output<string>; sharedVpc?: SharedVpc; isKept: boolean },
    child: Child,
): { sharedVpcHost?: SharedVPCHostProject; sharedVpcService?: SharedVPCServiceProject } {
    if (shared === undefined) {
        return {};
    }
    if (shared === "host") {
        return {
            sharedVpcHost: new SharedVPCHostProject(...child("sharedVpcHost", name, { project }, { protect: isKept })),
        };
    }
    const { host } = shared;
    const [hostProject, dependsOn] = isComponent(host) ? [host.projectId, host.sharedVpcHost ?? []] : [host, []];
    const args = { hostProject, serviceProject: project };
    return { sharedVpcService: new SharedVPCServiceProject(...child("sharedVpcService", name, args, { dependsOn })) };
}
