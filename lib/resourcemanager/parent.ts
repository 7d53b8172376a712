import * as pulumi from "@pulumi/pulumi";
import { organization } from "../environment/numbered";
import * as check from "../internal/arguments/check";
import { projectId } from "../stack/settings/projectId";

/** What contains a tag key, and whose resources, folders and projects its values can be attached to. */
export type TagKeyParent = check.OneOf<
    | {
          /** The organization's number, as `"123456789012"` or `"organizations/123456789012"`. */
          organization: pulumi.Input<string>;
      }
    | {
          /** The project's ID, such as `project.projectId` of an {@link EnvironmentProject}. */
          project: pulumi.Input<string>;
      }
>;

/** Checks a {@link TagKeyParent}. */
export const tagKeyParent = check.variant({
    organization: check.options<{ organization: pulumi.Input<string> }>(
        { organization: check.input(organization) },
        "organization",
    ),
    project: check.options<{ project: pulumi.Input<string> }>({ project: check.input(projectId) }, "project"),
}) as check.Check<TagKeyParent>;

/** The parent's name in the API. */
export const parentName = ({ organization, project }: TagKeyParent): pulumi.Output<string> =>
    organization === undefined
        ? pulumi.interpolate`projects/${project}`
        : pulumi.interpolate`organizations/${organization}`;
