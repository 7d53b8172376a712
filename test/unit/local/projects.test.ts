import { code } from "./functionCode";
import { refusalOf, upload, World } from "./world";

const billingAccount = "012345-6789AB-CDEF01";
const sales = {
    projectId: "acme-sales-dev",
    name: "Sales",
    billingAccount,
    autoCreateNetwork: false,
    deletionPolicy: "DELETE",
};
const creator =
    " If you received a 403 error, make sure you have the `roles/resourcemanager.projectCreator` permission";
const taken = `error creating project acme-sales-dev (Sales): googleapi: Error 409: Requested entity already exists, alreadyExists.${creator}`;

const project = (world: World, args = {}) => world.make("Project", { ...sales, ...args });
const found = (world: World, projectId: string) =>
    world.provider.invoke("gcp:organizations/getProject:getProject", { projectId });
const networks = (world: World, projectId: string) =>
    world.provider.invoke("gcp:compute/getNetworks:getNetworks", { project: projectId }).networks;

describe("a project", () => {
    test("is available to data sources and by number, with its configuration", () => {
        const world = new World();
        const { state } = project(world, { folderId: "folders/42", labels: { team: "sales" } });
        expect(found(world.beside({ project: "acme-other" }), "acme-sales-dev")).toEqual({
            id: "projects/acme-sales-dev",
            projectId: "acme-sales-dev",
            name: "Sales",
            number: state.number,
            labels: { team: "sales", "goog-pulumi-provisioned": "true" },
            effectiveLabels: { team: "sales", "goog-pulumi-provisioned": "true" },
            pulumiLabels: { team: "sales", "goog-pulumi-provisioned": "true" },
            tags: {},
            orgId: "",
            folderId: "42",
            billingAccount,
            autoCreateNetwork: false,
            deletionPolicy: "PREVENT",
        });
    });

    test("has no default network if configured, and one with Compute Engine otherwise", () => {
        const world = new World();
        project(world);
        expect(networks(world, "acme-sales-dev")).toEqual([]);
        project(world, { projectId: "acme-sales-net", autoCreateNetwork: true });
        expect(refusalOf(() => networks(world, "acme-sales-net"))).toContain("Compute Engine API has not been used");
        world.make("Service", { project: "acme-sales-net", service: "compute.googleapis.com" });
        expect(networks(world, "acme-sales-net")).toEqual(["default"]);
    });

    test("must have an unused ID", () => {
        const world = new World();
        project(world);
        expect(refusalOf(() => project(world))).toBe(taken);
    });

    test("can have the ID of one that is only configured and empty, and not of one with resources", () => {
        const world = new World();
        const named = world.beside({ project: "acme-sales-dev" });
        expect(project(world).state.number).toBe(named.number);
        const used = world.beside({ project: "acme-sales-used" });
        used.make("Bucket", { name: "acme-used", location: "EU" });
        expect(refusalOf(() => project(world, { projectId: "acme-sales-used" }))).toContain("Error 409");
    });

    test("is deleted with all of its resources, and its ID remains reserved", () => {
        const world = new World();
        const made = project(world);
        const inside = world.beside({ project: "acme-sales-dev", region: "europe-west1" });
        inside.enable("iam", "pubsub");
        inside.make("Topic", { name: "sales" });
        const member = inside.account("example");
        world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/viewer", member });
        world.remove(made);
        world.beside({ project: "acme-sales-dev" });
        expect(world.cloud.store.list().filter((entry) => entry.project === "acme-sales-dev")).toEqual([
            expect.objectContaining({ name: expect.stringContaining("//blocked/") }),
        ]);
        expect(world.cloud.iam.grants("//cloudresourcemanager.googleapis.com/projects/acme-dev")).toEqual([]);
        expect(refusalOf(() => project(world))).toBe(taken);
        expect(refusalOf(() => found(world, "acme-sales-dev"))).toBe(
            "projects/acme-sales-dev not found or not in ACTIVE state",
        );
        expect(world.refreshed(made)).toBeUndefined();
    });

    test("cannot be deleted if its policy or a lien prevents it", () => {
        const world = new World();
        const kept = project(world, { deletionPolicy: undefined });
        expect(refusalOf(() => world.remove(kept))).toBe(
            "Cannot destroy project as deletion_policy is set to PREVENT.",
        );
        const free = world.update(kept, sales);
        const lien = world.make("Lien", {
            parent: `projects/${free.state.number}`,
            restrictions: ["resourcemanager.projects.delete"],
            origin: "slipway",
            reason: "It is production.",
        });
        const refusal = refusalOf(() => world.remove(free));
        expect(refusal).toMatch(
            /^Error when reading or editing Project acme-sales-dev: googleapi: Error 400: Precondition check failed\./,
        );
        expect(refusal).toContain(
            "A lien to prevent deletion was placed on the project by [slipway]. Remove the lien to allow deletion.",
        );
        expect(refusal).toContain(`"subject": "liens/p${free.state.number}-l`);
        world.remove(lien);
        world.remove(free);
        expect(world.refreshed(free)).toBeUndefined();
    });

    test("requires an existing parent and billing account", () => {
        const world = new World();
        const forbidden = `error creating project acme-sales-dev (Sales): googleapi: Error 403: The caller does not have permission, forbidden.${creator}`;
        expect(refusalOf(() => project(world, { folderId: "sales" }))).toBe(forbidden);
        expect(refusalOf(() => project(world, { orgId: "acme.com" }))).toBe(forbidden);
        expect(refusalOf(() => project(world, { billingAccount: "012345" }))).toBe(
            'failed pre-requisites: missing permission on "billingAccounts/012345": billing.resourceAssociations.create',
        );
        expect(refusalOf(() => project(world, { billingAccount: undefined }))).toContain(
            "Billing must be enabled for activation of service(s) 'compute.googleapis.com' to proceed.",
        );
        const made = project(world);
        expect(refusalOf(() => world.update(made, { ...sales, billingAccount: "012345" }))).toContain(
            'Error setting billing account "012345" for project "projects/acme-sales-dev"',
        );
    });

    test("can be moved, renamed and relabeled, and is replaced with another ID", () => {
        const world = new World();
        const made = project(world, { folderId: "1" });
        expect(world.changed(made, { ...sales, folderId: "folders/1" })).toEqual([]);
        const wanted = world.checked(made.token, {
            ...sales,
            projectId: "acme-sales-new",
            folderId: "2",
            name: "New name",
        });
        const { changed, replaced } = world.provider.diff(made.token, wanted, made.inputs, made.state);
        expect([...changed.keys()].sort()).toEqual(["folderId", "name", "projectId"]);
        expect(replaced).toEqual(["projectId"]);
    });

    test.each([
        [{ projectId: "acme-" }, '"acme-" project_id must be 6 to 30 with lowercase letters'],
        [{ name: "abc" }, '"abc" name must be 4 to 30 characters'],
    ])("is refused by the provider with %j", (args, words) => {
        expect(refusalOf(() => project(new World(), args))).toContain(words);
    });
});

test("a billable API cannot be enabled in a project without billing", () => {
    const world = new World();
    const args = { ...sales, autoCreateNetwork: true, billingAccount: undefined };
    const made = world.make("Project", args);
    const enabled = (service: string) => world.make("Service", { project: sales.projectId, service });
    expect(refusalOf(() => enabled("run.googleapis.com"))).toBe(
        `Request \`Enable Project Service "run.googleapis.com" for project "acme-sales-dev"\` returned error: failed to enable services: failed on request preconditions: googleapi: Error 400: Billing account for project '${made.state.number}' is not found. Billing must be enabled for activation of service(s) 'run.googleapis.com' to proceed., failedPrecondition`,
    );
    enabled("pubsub.googleapis.com");
    world.update(made, { ...args, billingAccount });
    enabled("run.googleapis.com");
});

// https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/resourcemanager/resource_google_project_service.go
test("an API can be enabled in a project that is given by its path", () => {
    const world = new World();
    const made = world.make("Service", { service: "pubsub.googleapis.com", project: "projects/acme-dev" });
    expect([made.id, made.state.project]).toEqual(["acme-dev/pubsub.googleapis.com", "acme-dev"]);
    expect(world.changed(made)).toEqual([]);
    world.make("Topic", { name: "sales" });
});

test("nothing is built or run by a disabled default account", () => {
    const world = new World().grantEditors();
    world.enable("artifactregistry", "cloudbuild", "cloudfunctions", "iam", "run");
    world.make("Bucket", { name: "acme-files", location: "europe-west1" });
    upload(world, "acme-files", "code.zip", { "main.py": "" });
    const service = {
        name: "web",
        location: "europe-west1",
        template: { containers: [{ image: "docker.io/acme/web" }] },
    };
    world.make("RunService", service);
    world.make("Function", { name: "first", location: "europe-west1", ...code });
    world.make("DefaultServiceAccounts", { project: "acme-dev", action: "DISABLE", restorePolicy: "NONE" });
    const denied = `Permission 'iam.serviceaccounts.actAs' denied on service account ${world.number}-compute@developer.gserviceaccount.com (or it may not exist).`;
    expect(refusalOf(() => world.make("RunService", { ...service, name: "other" }))).toContain(denied);
    expect(refusalOf(() => world.make("Function", { name: "second", location: "europe-west1", ...code }))).toContain(
        denied,
    );
    const serviceAccountEmail = world.account("runner").replace("serviceAccount:", "");
    const own = { ...code, serviceConfig: { serviceAccountEmail } };
    expect(refusalOf(() => world.make("Function", { name: "third", location: "europe-west1", ...own }))).toContain(
        "missing permission on the build service account",
    );
});

describe("a folder", () => {
    const folder = { displayName: "Environments", parent: "organizations/123456789012", deletionProtection: false };

    test("contains projects and folders, and cannot be deleted with them", () => {
        const world = new World();
        const outer = world.make("Folder", folder);
        const inner = world.make("Folder", { ...folder, parent: outer.id });
        const made = project(world, { folderId: inner.id });
        expect(refusalOf(() => world.remove(outer))).toContain(
            "Error deleting folder 'Environments': googleapi: Error 400",
        );
        expect(refusalOf(() => world.remove(inner))).toContain("FOLDER_TO_DELETE_NON_EMPTY_VIOLATION");
        world.remove(made);
        world.remove(inner);
        world.remove(outer);
        expect(refusalOf(() => project(world, { projectId: "acme-sales-late", folderId: outer.id }))).toContain(
            "Error 403",
        );
        expect(refusalOf(() => world.make("Folder", { ...folder, parent: outer.id }))).toBe(
            `Error creating folder 'Environments' in '${outer.id}': googleapi: Error 403: The caller does not have permission, forbidden`,
        );
    });

    test("has a unique name in its parent", () => {
        const world = new World();
        const first = world.make("Folder", folder);
        expect(refusalOf(() => world.make("Folder", folder))).toContain("violates display name uniqueness");
        expect(refusalOf(() => world.make("Folder", { ...folder, displayName: "-" }))).toContain("Error 400");
        expect(world.update(first, { ...folder, displayName: "Stages" }).state.displayName).toBe("Stages");
    });

    test("has deletion protection by default", () => {
        const world = new World();
        const made = world.make("Folder", { ...folder, deletionProtection: undefined });
        expect(refusalOf(() => world.remove(made))).toBe(
            "cannot destroy folder without setting deletion_protection=false and running `terraform apply`",
        );
    });
});

test("a lien must be on an existing project, and have a supported restriction", () => {
    const world = new World();
    const lien = {
        parent: "projects/acme-dev",
        restrictions: ["resourcemanager.projects.delete"],
        origin: "a",
        reason: "b",
    };
    expect(refusalOf(() => world.make("Lien", { ...lien, parent: "projects/acme-none" }))).toContain("Error 403");
    for (const wrong of [
        { restrictions: [] },
        { restrictions: ["storage.buckets.delete"] },
        { reason: "r".repeat(201) },
    ]) {
        expect(refusalOf(() => world.make("Lien", { ...lien, ...wrong }))).toBe(
            "Error creating Lien: googleapi: Error 400: Request contains an invalid argument., badRequest",
        );
    }
});

describe("default service accounts", () => {
    const accounts = { project: "acme-dev", action: "DISABLE" };
    const stateOf = (world: World) => world.cloud.iam.defaultAccounts("acme-dev").map(({ state }) => state.disabled);

    test("that exist are disabled once, and later ones are not", () => {
        const world = new World();
        world.enable("iam");
        expect(world.make("DefaultServiceAccounts", accounts).state.serviceAccounts).toEqual({});
        world.enable("compute");
        expect(stateOf(world)).toEqual([false]);
        const { state } = world.make("DefaultServiceAccounts", accounts);
        expect(Object.values(state.serviceAccounts)).toEqual([`${world.number}-compute@developer.gserviceaccount.com`]);
        expect(stateOf(world)).toEqual([true]);
    });

    test.each([
        ["NONE", [true]],
        ["REVERT", [false]],
    ])("remain with %s as %j", (restorePolicy, left) => {
        const world = new World();
        world.enable("iam", "compute");
        world.remove(world.make("DefaultServiceAccounts", { ...accounts, restorePolicy }));
        expect(stateOf(world)).toEqual(left);
    });

    test("lose their roles or are deleted, depending on the action", () => {
        const world = new World().grantEditors();
        world.enable("iam", "compute");
        const grants = () =>
            world.cloud.iam
                .grants("//cloudresourcemanager.googleapis.com/projects/acme-dev")
                .filter(({ role, member }) => role === "roles/editor" && !member.includes("@cloudservices."));
        expect(grants()).toHaveLength(1);
        world.make("DefaultServiceAccounts", { ...accounts, action: "DEPRIVILEGE" });
        expect([grants(), stateOf(world)]).toEqual([[], [false]]);
        const made = world.make("DefaultServiceAccounts", { ...accounts, action: "DELETE" });
        expect(stateOf(world)).toEqual([]);
        world.remove(made);
        expect(stateOf(world)).toEqual([false]);
    });

    test("require a valid action", () => {
        expect(
            refusalOf(() => new World().make("DefaultServiceAccounts", { ...accounts, action: "REMOVE" })),
        ).toContain('expected action to be one of ["DEPRIVILEGE" "DELETE" "DISABLE"], got REMOVE');
    });
});

test("audit logs require valid log types and members, each once", () => {
    const world = new World();
    const config = { project: "acme-dev", service: "allServices", auditLogConfigs: [{ logType: "DATA_READ" }] };
    for (const auditLogConfigs of [
        [{ logType: "ADMIN_WRITE" }],
        [{ logType: "DATA_READ" }, { logType: "DATA_READ", exemptedMembers: ["user:a@b.c"] }],
    ]) {
        expect(refusalOf(() => world.make("IAMAuditConfig", { ...config, auditLogConfigs }))).toBe(
            'Request `Overwrite audit config for service allServices on resource "project \\"acme-dev\\""` returned error: Error applying IAM policy for project "acme-dev": Error setting IAM policy for project "acme-dev": googleapi: Error 400: Request contains an invalid argument., badRequest',
        );
    }
    const nobody = [
        { logType: "DATA_READ", exemptedMembers: ["serviceAccount:none@acme-dev.iam.gserviceaccount.com"] },
    ];
    expect(refusalOf(() => world.make("IAMAuditConfig", { ...config, auditLogConfigs: nobody }))).toContain(
        "does not exist.",
    );
});

describe("a budget", () => {
    const amount = { specifiedAmount: { currencyCode: "EUR", units: "300" } };
    const world = () => new World({ project: "acme-dev", billingProject: "acme-dev", userProjectOverride: true });

    test("requires a quota project with its API enabled", () => {
        expect(refusalOf(() => new World().make("Budget", { billingAccount, amount }))).toContain(
            "Error creating Budget: googleapi: Error 403: Your application is authenticating by using local Application Default Credentials. The billingbudgets.googleapis.com API requires a quota project",
        );
        expect(refusalOf(() => world().make("Budget", { billingAccount, amount }))).toContain(
            "Cloud Billing Budget API has not been used in project acme-dev",
        );
    });

    test.each([
        [{ billingAccount: "012345" }, "Error 403"],
        [{ amount: { specifiedAmount: { units: "0" } } }, "Error 400"],
        [{ displayName: "b".repeat(61) }, "Error 400"],
        [{ thresholdRules: [{ thresholdPercent: -1 }] }, "Error 400"],
        [{ budgetFilter: { projects: ["projects/1"] } }, "Error 400"],
        [{ allUpdatesRule: { pubsubTopic: "projects/acme-dev/topics/none" } }, "Error 400"],
        [{ budgetFilter: { calendarPeriod: "MONTH", creditTypes: ["PROMOTION"] } }, "Error 400"],
        [{ budgetFilter: { creditTypesTreatment: "EXCLUDE_ALL_CREDITS", creditTypes: ["PROMOTION"] } }, "Error 400"],
        [{ budgetFilter: { creditTypesTreatment: "INCLUDE_SPECIFIED_CREDITS" } }, "Error 400"],
        [
            { allUpdatesRule: { monitoringNotificationChannels: ["projects/acme-dev/notificationChannels/1"] } },
            "Error 400",
        ],
        [
            { allUpdatesRule: {} },
            "one of `all_updates_rule.0.monitoring_notification_channels,all_updates_rule.0.pubsub_topic`",
        ],
        [{ allUpdatesRule: { monitoringNotificationChannels: [..."123456"] } }, "supports 5 item maximum"],
    ])("is refused with %j", (args, words) => {
        const cloud = world();
        cloud.enable("billingbudgets");
        expect(refusalOf(() => cloud.make("Budget", { billingAccount, amount, ...args }))).toContain(words);
    });

    test("has projects by number, whatever the program's format is", () => {
        const cloud = world();
        cloud.enable("billingbudgets");
        const { state } = cloud.make("Budget", {
            billingAccount,
            amount,
            budgetFilter: { projects: ["projects/acme-dev"] },
        });
        expect(state.budgetFilter.projects).toEqual([`projects/${cloud.number}`]);
    });
});

test.each([
    [{ type: "pigeon" }, 'Field "notification_channel.type" had an invalid value of "pigeon".'],
    [{ type: "email" }, "notification_channel.labels['email_address']"],
    [{ type: "email", labels: { email_address: "sales" } }, 'had an invalid value of "sales"'],
    [{ type: "pagerduty", displayName: "d".repeat(513) }, "Error 400"],
])("a notification channel is refused with %j", (args, words) => {
    expect(refusalOf(() => new World().make("NotificationChannel", args))).toContain(words);
});
