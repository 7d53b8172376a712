import { nameFormats } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { projectName } from "../../cloud/projects";
import { type Calls, type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { enable } from "../serviceusage/dependents";
import { billingAccountName, billingRequired } from "./billing";
import { liensOn } from "./lien";
import { api, creatorOf, exists, isBillingAccount } from "./parents";

const forbidden = () => new GoogleError(403, "The caller does not have permission", { reason: "forbidden" });

/** Formats creation errors like the provider. */
const whileCreating = ({ projectId, name }: Inputs, error: GoogleError) =>
    new Error(
        `error creating project ${projectId} (${name}): ${error.message}. If you received a 403 error, make sure you have the \`roles/resourcemanager.projectCreator\` permission`,
        { cause: error },
    );

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { projectId, folderId, orgId, billingAccount, autoCreateNetwork } = inputs;
    const refused = old ? (error: GoogleError) => error : (error: GoogleError) => whileCreating(inputs, error);
    if (billingAccount && !isBillingAccount(billingAccount)) {
        throw old
            ? new Error(
                  `Error setting billing account "${billingAccount}" for project "projects/${projectId}": ${forbidden().message}`,
              )
            : new Error(
                  `failed pre-requisites: missing permission on "billingAccounts/${billingAccount}": billing.resourceAssociations.create`,
              );
    }
    const isFree = !cloud.projects.find(projectId) || cloud.projects.isOnlyNamed(projectId);
    if (!old && (cloud.blocked.has(projectName(projectId)) || !isFree)) {
        throw refused(new GoogleError(409, "Requested entity already exists", { reason: "alreadyExists" }));
    }
    if (
        (folderId && !exists(cloud, "folders", lastPart(folderId))) ||
        (orgId && !exists(cloud, "organizations", orgId))
    ) {
        throw refused(forbidden());
    }
    if (!old && autoCreateNetwork === false && !billingAccount) {
        throw new Error(
            `Error enabling the Compute Engine API required to delete the default network: ${billingRequired(projectId, "compute.googleapis.com").message} `,
        );
    }
}

/** The error of Resource Manager for projects with liens. */
function requireNoLien(cloud: Cloud, projectId: string): void {
    const [lien] = liensOn(cloud, projectId);
    if (lien) {
        throw new GoogleError(400, "Precondition check failed.", {
            reason: "failedPrecondition",
            details: [
                {
                    "@type": "type.googleapis.com/google.rpc.PreconditionFailure",
                    violations: [
                        {
                            description: `A lien to prevent deletion was placed on the project by [${lien.state.origin}]. Remove the lien to allow deletion.`,
                            subject: `liens/${lien.id}`,
                            type: "LIEN",
                        },
                    ],
                },
                {
                    "@type": "type.googleapis.com/google.rpc.Help",
                    links: [
                        {
                            description: "Troubleshooting project deletion",
                            url: "https://cloud.google.com/resource-manager/docs/troubleshooting-project-deletion",
                        },
                    ],
                },
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    domain: api,
                    reason: "PROJECT_DELETE_LIEN",
                },
            ],
        });
    }
}

/** "Once a user creates a project, they're automatically granted the owner role": https://cloud.google.com/iam/docs/roles-permissions/resourcemanager */
function grantOwner({ caller, iam }: Cloud, projectId: string): void {
    if (!caller.isOwner) {
        iam.grant(projectId, projectName(projectId), { role: "roles/owner", member: caller.member });
    }
}

const refusedId = (id: string) =>
    nameFormats.rows.projectId.pattern.test(id.replace(/^[a-z]([a-z0-9.-]*[a-z0-9])?:/, ""))
        ? undefined
        : `"${id}" project_id must be 6 to 30 with lowercase letters, digits, hyphens and start with a letter. Trailing hyphens are prohibited.`;

/** The creator of a project, as its owner, may link it. */
function linkBilling({ billingAccount: account, projectId }: Inputs, isNew = false): Calls {
    const onProject = isNew ? [] : ["updateBillingInfo", "getBillingInfo"];
    return account
        ? [
              { method: "cloudbilling.billingAccounts.link", on: billingAccountName(account) },
              ...onProject.map((verb) => ({ method: `cloudbilling.projects.${verb}`, on: projectName(projectId) })),
          ]
        : [];
}

export const project: TypeRules = {
    noun: "Project",
    generatedNoun: "Project",
    cost: "free",
    project: ({ projectId }) => projectId,
    id: ({ projectId }) => `projects/${projectId}`,
    name: ({ projectId }) => projectName(projectId),
    errorPrefix: (verb, { name }) => (verb === "update" ? `Error updating project "${name}"` : ""),
    deleteErrorPrefix: ({ projectId }) => `Error when reading or editing Project ${projectId}`,
    deletionPreventedMessage: "Cannot destroy project as deletion_policy is set to PREVENT.",
    validators: {
        projectId: refusedId,
        name: (name) =>
            nameFormats.rows.projectDisplayName.pattern.test(name)
                ? undefined
                : `"${name}" name must be 4 to 30 characters with lowercase and uppercase letters, numbers, hyphen, single-quote, double-quote, space, and exclamation point.`,
    },
    normalize: { folderId: lastPart },
    verify,
    state: ({ projectId, folderId, deletionPolicy = "PREVENT" }) => ({
        number: digits(projectId, 12),
        ...(folderId && { folderId: lastPart(folderId) }),
        deletionPolicy,
    }),
    afterStore: ({ projectId, autoCreateNetwork }, { cloud }, old) => {
        if (!old) {
            cloud.projects.enableFirst(projectId);
            grantOwner(cloud, projectId);
            // The provider enables Compute Engine to delete the network.
            if (!autoCreateNetwork) {
                enable(cloud, projectId, "compute.googleapis.com");
            }
        }
    },
    remove: ({ projectId }, { cloud }) => {
        requireNoLien(cloud, projectId);
        cloud.projects.remove(projectId, cloud.iam, cloud.blocked);
    },
    calls: {
        create: (inputs) => [
            { method: "cloudresourcemanager.projects.create", on: creatorOf(inputs) },
            { method: "cloudresourcemanager.operations.get", on: creatorOf(inputs) },
            ...linkBilling(inputs, true),
        ],
        read: ["cloudresourcemanager.projects.get", "cloudbilling.projects.getBillingInfo"],
        update: (inputs, _, old) => [
            "cloudresourcemanager.projects.patch",
            ...(inputs.billingAccount === old?.billingAccount ? [] : linkBilling(inputs)),
            ...(creatorOf(inputs) === creatorOf(old ?? {}) ? [] : ["cloudresourcemanager.projects.move"]),
        ],
        delete: ["cloudresourcemanager.projects.delete"],
    },
};

/** The data source for existing projects. */
export function getProject({ projectId }: Inputs, { cloud, project: own }: Context): Inputs {
    const id = projectId ?? own;
    if (!id) {
        throw new Error(
            "no project value set. `project_id` must be set at the resource level, or a default `project` value must be specified on the provider",
        );
    }
    if (cloud.blocked.has(projectName(id))) {
        throw new Error(`projects/${id} not found or not in ACTIVE state`);
    }
    const found = cloud.projects.find(id);
    if (!found) {
        throw new Error(`the user does not have permission to access Project "${id}" or it may not exist`);
    }
    const { name, number, billingAccount = "", effectiveLabels = {}, tags = {} } = found.state;
    const [parent = ""] = cloud.organization.above(`projects/${id}`);
    const parentIn = (kind: string) => (parent.startsWith(`${kind}/`) ? lastPart(parent) : "");
    return {
        id: `projects/${id}`,
        projectId: id,
        name,
        number,
        labels: effectiveLabels,
        effectiveLabels,
        pulumiLabels: effectiveLabels,
        tags,
        orgId: parentIn("organizations"),
        folderId: parentIn("folders"),
        billingAccount,
        autoCreateNetwork: false,
        deletionPolicy: "PREVENT",
    };
}
