import type { Cloud } from "../../cloud/cloud";
import { GoogleError, OperationError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { resourceManagerName } from "../../cloud/organization";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { api, creatorOf, exists } from "./parents";

const folders = `//${api}/folders`;

/** "Creating and managing folders": how long a deleted folder can be restored, in days. References to it are refused. */
const daysBlocked = 30;

const forbidden = () => new GoogleError(403, "The caller does not have permission", { reason: "forbidden" });

/** Whether a folder contains neither folders nor projects. */
function isEmpty({ store }: Cloud, folder: string): boolean {
    const inside = [
        ...store.list(folders).filter(({ state }) => state.parent === folder),
        ...store.list(`//${api}/projects`).filter(({ state }) => `folders/${state.folderId}` === folder),
    ];
    return inside.length === 0;
}

function verify({ parent, displayName }: Inputs, { cloud }: Context, old?: Inputs): void {
    const [, kind = "", id = ""] = /^(folders|organizations)\/(\d+)$/.exec(parent) ?? [];
    if (!kind || !exists(cloud, kind as "folders", id)) {
        throw forbidden();
    }
    if (!/^[\p{L}\p{N}]([\p{L}\p{N}_ -]{1,28}[\p{L}\p{N}])$/u.test(displayName)) {
        throw new GoogleError(400, "Request contains an invalid argument.", { reason: "badRequest" });
    }
    const siblings = cloud.store
        .list(folders)
        .filter(({ state }) => state.parent === parent && state.name !== old?.name);
    if (siblings.some(({ state }) => state.displayName === displayName)) {
        throw new OperationError(
            9,
            `Folder reservation failed for parent [${parent}], folder [] due to constraint: The folder operation violates display name uniqueness within the parent.`,
        );
    }
}

export const folder: TypeRules = {
    noun: "folder",
    cost: "free",
    id: ({ name }) => name,
    name: ({ name }) => resourceManagerName(name),
    project: () => "",
    errorPrefix: (verb, { displayName, parent }) =>
        verb === "create"
            ? `Error creating folder '${displayName}' in '${parent}'`
            : `Error updating display_name to '${displayName}'`,
    deleteErrorPrefix: ({ displayName }) => `Error deleting folder '${displayName}'`,
    verify,
    state: ({ parent, displayName }, _, old) => {
        const folderId = old?.folderId ?? digits(`folder ${parent}/${displayName} ${process.hrtime.bigint()}`, 12);
        return {
            folderId,
            name: `folders/${folderId}`,
            createTime: old?.createTime ?? new Date().toISOString(),
            lifecycleState: "ACTIVE",
            configuredCapabilities: [],
            managementProject: "",
        };
    },
    remove: ({ name, deletionProtection }, { cloud }) => {
        if (deletionProtection) {
            throw new Error(
                "cannot destroy folder without setting deletion_protection=false and running `terraform apply`",
            );
        }
        if (!isEmpty(cloud, name)) {
            throw new GoogleError(400, "Precondition check failed.", {
                reason: "failedPrecondition",
                details: [
                    {
                        "@type": "type.googleapis.com/google.rpc.PreconditionFailure",
                        violations: [
                            { description: "Folder is not empty.", type: "FOLDER_TO_DELETE_NON_EMPTY_VIOLATION" },
                        ],
                    },
                ],
            });
        }
        cloud.blocked.reserve(resourceManagerName(name), "", daysBlocked);
    },
    calls: {
        create: (inputs) => [
            { method: "cloudresourcemanager.folders.create", on: creatorOf(inputs) },
            { method: "cloudresourcemanager.operations.get", on: creatorOf(inputs) },
        ],
        read: ["cloudresourcemanager.folders.get"],
        update: ({ parent }, _, old) => [
            "cloudresourcemanager.folders.patch",
            ...(parent === old?.parent ? [] : ["cloudresourcemanager.folders.move"]),
        ],
        delete: ["cloudresourcemanager.folders.delete"],
    },
};
