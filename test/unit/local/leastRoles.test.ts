import type { UsedPermission } from "../../../local/simulator/cloud/caller";
import { explain, formatExplanations } from "../../../local/simulator/permissions/explain";
import { kubernetesPermissions } from "../../../local/simulator/permissions/kubernetes";
import { isPowerful, leastRoles } from "../../../local/simulator/permissions/leastRoles";
import { permissionsOf } from "../../../local/simulator/permissions/permissions";

const rolesFor = (...permissions: string[]) => leastRoles(permissions).roles.map(({ role }) => role);

describe("the least roles", () => {
    test.each<[string, string[], string[]]>([
        ["publishing", ["pubsub.topics.publish"], ["roles/pubsub.publisher"]],
        ["topics", ["pubsub.topics.create", "pubsub.topics.get", "pubsub.topics.delete"], ["roles/pubsub.editor"]],
        [
            "policies of topics",
            ["pubsub.topics.create", "pubsub.topics.delete", "pubsub.topics.setIamPolicy"],
            ["roles/pubsub.admin"],
        ],
        ["reading objects", ["storage.objects.get", "storage.objects.list"], ["roles/storage.objectViewer"]],
        [
            "accounts, without their policies",
            ["iam.serviceAccounts.create", "iam.serviceAccounts.get", "iam.serviceAccounts.delete"],
            ["roles/iam.serviceAccountCreator", "roles/iam.serviceAccountDeleter"],
        ],
        ["acting as accounts", ["iam.serviceAccounts.actAs"], ["roles/iam.serviceAccountUser"]],
        ["starting workflows", ["workflows.workflows.create"], ["roles/workflows.editor"]],
    ])("for %s contain what is needed, with the least surplus", (_, permissions, roles) => {
        expect(rolesFor(...permissions)).toEqual(roles);
    });

    test("contain all that is needed, and none of them is superfluous", () => {
        const needed = [
            ...["create", "delete", "get", "update"].map((verb) => `cloudfunctions.functions.${verb}`),
            ...["create", "delete", "get", "getIamPolicy", "setIamPolicy", "update"].map(
                (verb) => `storage.buckets.${verb}`,
            ),
            ...["create", "get"].map((verb) => `compute.networks.${verb}`),
            "cloudsql.instances.create",
            "resourcemanager.projects.get",
        ];
        const roles = rolesFor(...needed);
        const missing = (kept: string[]) =>
            needed.filter((permission) => !kept.some((role) => permissionsOf(role)?.has(permission)));
        expect(missing(roles)).toEqual([]);
        for (const role of roles) {
            expect(missing(roles.filter((each) => each !== role))).not.toEqual([]);
        }
    });

    test("are neither basic roles nor those of service agents, even if only these contain a permission", () => {
        const { roles, missing } = leastRoles(["container.hostServiceAgent.use", "iam.serviceAccounts.signJwt"]);
        expect(roles.map(({ role }) => role)).toEqual([
            "roles/container.hostServiceAgentUser",
            "roles/iam.serviceAccountTokenCreator",
        ]);
        expect(missing).toEqual([]);
        expect(leastRoles(["pubsub.topics.paint"])).toEqual({ roles: [], missing: ["pubsub.topics.paint"] });
    });

    test.each([
        ["storage.buckets.setIamPolicy", true],
        ["iam.serviceAccounts.actAs", true],
        ["iam.serviceAccountKeys.create", true],
        ["storage.buckets.getIamPolicy", false],
        ["pubsub.topics.create", false],
    ])("avoid a surplus of powerful permissions: %s is one: %s", (permission, expected) => {
        expect(isPowerful(permission)).toBe(expected);
    });
});

describe("an explanation", () => {
    const used = (permission: string, resource: string, roles?: string[]): UsedPermission => ({
        permission,
        project: "acme-dev",
        resource,
        type: "",
        ...(roles && { roles }),
    });

    test("lists what was used on what, and IAM administration only under a condition", () => {
        const grants = ["roles/logging.logWriter"];
        const explanations = explain([
            used("pubsub.topics.publish", "projects/acme-dev/topics/a"),
            used("pubsub.topics.publish", "projects/acme-dev/topics/b"),
            used("resourcemanager.projects.getIamPolicy", "projects/acme-dev"),
            used("resourcemanager.projects.setIamPolicy", "projects/acme-dev", grants),
        ]);
        expect(formatExplanations(explanations)).toBe(
            `Permissions used on acme-dev (3)
  pubsub.topics.publish                  projects/acme-dev/topics/a and 1 more
  resourcemanager.projects.getIamPolicy  projects/acme-dev
  resourcemanager.projects.setIamPolicy  projects/acme-dev

Least roles on acme-dev, without basic roles and those of service agents
  roles/pubsub.publisher                 1 used, 0 more
  roles/resourcemanager.projectIamAdmin  only with a condition on the roles that it grants:
    api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/logging.logWriter'])
`,
        );
    });

    test("says that a stack without changes needed nothing", () => {
        expect(formatExplanations(explain([]))).toContain("No call needed a permission.");
    });

    test.each([
        ["kubernetes:apps/v1:Deployment", "container.deployments.create"],
        ["kubernetes:core/v1:ConfigMap", "container.configMaps.update"],
        ["kubernetes:networking.k8s.io/v1:NetworkPolicy", "container.networkPolicies.delete"],
        ["kubernetes:networking.k8s.io/v1:Ingress", "container.ingresses.get"],
        ["kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", "container.thirdPartyObjects.create"],
    ])("has the permissions for %s", (type, permission) => {
        expect(kubernetesPermissions(type)).toContain(permission);
    });
});
