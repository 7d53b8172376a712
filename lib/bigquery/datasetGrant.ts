import type { Dataset } from "@pulumi/gcp/bigquery/dataset";
import { DatasetIamMember, type DatasetIamMemberArgs } from "@pulumi/gcp/bigquery/datasetIamMember";
import * as pulumi from "@pulumi/pulumi";
import { deferredError, problem } from "../internal/arguments/argumentsError";

/**
 * The grant of a role on a dataset, whose member has the form of BigQuery's access entries: the provider refuses others when it creates it.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/bigquery/iam_bigquery_member_dataset.go
 */
export class DatasetGrant extends DatasetIamMember {
    /**
     * @param args with the dataset, if the stack manages it: the grant is deleted with it. BigQuery accepts
     * {@link https://cloud.google.com/bigquery/quotas#dataset_limits five changes in ten seconds}, and a destroy repeats none.
     */
    constructor(
        name: string,
        { dataset, ...args }: DatasetIamMemberArgs & { dataset?: Dataset },
        options: pulumi.CustomResourceOptions,
    ) {
        const inEntry = (member: string) => {
            if (/^project(Owner|Editor|Viewer):/.test(member)) {
                const reason = `"${member}" cannot have a role on a dataset. Name a group, user or service account.`;
                throw deferredError(name, [problem("", "bigquery/member-unsupported", reason)]);
            }
            return member.replace(/^(?=allUsers$|principal(Set)?:\/\/)/, "iamMember:");
        };
        const { member } = args;
        super(
            name,
            { ...args, member: typeof member === "string" ? inEntry(member) : pulumi.output(member).apply(inEntry) },
            dataset ? { ...options, deletedWith: dataset } : options,
        );
    }
}
