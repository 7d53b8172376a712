import { getDefaultServiceAccountOutput } from "@pulumi/gcp/bigquery/getDefaultServiceAccount";
import { getProjectSettingsOutput } from "@pulumi/gcp/logging/getProjectSettings";
import { getProjectOutput } from "@pulumi/gcp/organizations/getProject";
import { getProjectServiceAccountOutput } from "@pulumi/gcp/storage/getProjectServiceAccount";
import * as pulumi from "@pulumi/pulumi";
import { kmsAgentIn } from "../stack/kmsAgent";

/**
 * The {@link https://cloud.google.com/iam/docs/service-agents service agent} of an API in a project, as a member of policies.
 *
 * @param identity creates the agent of an API that does not create it itself
 */
export function agentMember(
    project: pulumi.Input<string>,
    api: string,
    options: pulumi.InvokeOutputOptions,
    identity: () => { member: pulumi.Output<string> },
): pulumi.Output<string> {
    // These are not created by a ServiceIdentity: reading one creates it.
    if (api === "storage.googleapis.com") {
        return getProjectServiceAccountOutput({ project }, options).member;
    }
    if (api === "bigquery.googleapis.com") {
        return getDefaultServiceAccountOutput({ project }, options).member;
    }
    // This one encrypts log buckets: https://cloud.google.com/logging/docs/routing/managed-encryption-storage
    if (api === "logging.googleapis.com") {
        const { kmsServiceAccountId } = getProjectSettingsOutput({ project }, options);
        return pulumi.interpolate`serviceAccount:${kmsServiceAccountId}`;
    }
    // This one is created with its API, and a ServiceIdentity does not return its email address:
    // https://github.com/GoogleCloudPlatform/k8s-config-connector/issues/340
    if (api === "compute.googleapis.com") {
        const { number } = getProjectOutput({ projectId: project }, options);
        return pulumi.interpolate`serviceAccount:service-${number}@compute-system.iam.gserviceaccount.com`;
    }
    if (api === "cloudkms.googleapis.com") {
        return identity().member.apply(kmsAgentIn);
    }
    return identity().member;
}
