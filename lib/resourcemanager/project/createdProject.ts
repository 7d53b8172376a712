import { Project } from "@pulumi/gcp/organizations/project";
import type * as pulumi from "@pulumi/pulumi";
import { folder, organization } from "../../environment/numbered";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import { labels } from "../../internal/arguments/labels";
import type { Child } from "../../internal/engine/children";

/** The parent of a project. */
export type ProjectParent = check.OneOf<
    | {
          /** The folder's number, as `"123456789012"` or `"folders/123456789012"`. */
          folder: pulumi.Input<string>;
      }
    | {
          /** The organization's number, as `"123456789012"` or `"organizations/123456789012"`. */
          organization: pulumi.Input<string>;
      }
>;

/** A new project. */
export interface CreatedProject {
    /** Creates the project. */
    adopt?: false;
    /** The parent folder or organization. Changing this moves the project. */
    parent: ProjectParent;
    /** The ID of the billing account: `"012345-6789AB-CDEF01"`. */
    billingAccount: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/resource-manager/docs/creating-managing-projects display name}: 4 to 30 letters, digits,
     * hyphens, quotes, spaces and exclamation marks.
     * @default the project ID
     */
    displayName?: pulumi.Input<string>;
    /**
     * Labels of the project besides `environment` (the component's name) and `kind`: at most
     * {@link https://cloud.google.com/resource-manager/docs/labels-overview 64} in total.
     * @default none
     */
    labels?: Record<string, pulumi.Input<string>>;
}

/** A project's {@link https://cloud.google.com/resource-manager/docs/creating-managing-projects display name}. */
const displayName = check.nameOf(nameFormats.rows.projectDisplayName);

const parent = check.variant({
    folder: check.options<{ folder: pulumi.Input<string> }>({ folder: check.input(folder) }, "folder"),
    organization: check.options<{ organization: pulumi.Input<string> }>(
        { organization: check.input(organization) },
        "organization",
    ),
});

/** Checks what only a new project has. */
export const createdProjectChecks = {
    adopt: check.custom<false>((value) => value === false, "must be true or false"),
    parent,
    displayName: check.input(displayName),
    labels,
};

/** What a project is created from. */
interface ProjectInputs extends Partial<Omit<CreatedProject, "adopt">> {
    projectId: string;
    isKept: boolean;
}

/** Creates the project with the provider of the component. */
export function createProject(name: string, args: ProjectInputs, child: Child): Project {
    const { projectId, displayName = projectId, parent, billingAccount, labels, isKept } = args;
    return new Project(
        ...child(
            "project",
            name,
            {
                projectId,
                name: displayName,
                folderId: parent?.folder,
                orgId: parent?.organization,
                billingAccount,
                labels,
                autoCreateNetwork: false,
                deletionPolicy: isKept ? "PREVENT" : "DELETE",
            },
            { protect: isKept },
        ),
    );
}
