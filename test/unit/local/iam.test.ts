import type { Inputs } from "../../../local/simulator/rules/rules";
import { refusalOf, upload, World } from "./world";

const member = "serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com";
const nobody = "serviceAccount:nobody@acme-dev.iam.gserviceaccount.com";
const location = "europe-west1";

function prepared(): World {
    const world = new World().grantEditors();
    world.enable("artifactregistry", "cloudbuild", "cloudfunctions", "iam", "pubsub", "run");
    world.account("predict-run");
    world.make("Topic", { name: "sales" });
    return world;
}

/** The members of a role in the topic's policy. */
function membersOf({ cloud }: World, role: string): string[] {
    return cloud.iam
        .grants("//pubsub.googleapis.com/projects/acme-dev/topics/sales")
        .filter((grant) => grant.role === role)
        .map((grant) => grant.member);
}

describe("a service account", () => {
    test("has an email, a path and its own number", () => {
        const { id, state } = prepared().make("Account", { accountId: "record-run", description: "Records" });
        expect({ id, state }).toEqual({
            id: "projects/acme-dev/serviceAccounts/record-run@acme-dev.iam.gserviceaccount.com",
            state: {
                accountId: "record-run",
                description: "Records",
                project: "acme-dev",
                disabled: false,
                deletionPolicy: "DELETE",
                email: "record-run@acme-dev.iam.gserviceaccount.com",
                member: "serviceAccount:record-run@acme-dev.iam.gserviceaccount.com",
                name: "projects/acme-dev/serviceAccounts/record-run@acme-dev.iam.gserviceaccount.com",
                uniqueId: expect.stringMatching(/^[1-9]\d{20}$/),
            },
        });
    });

    test("is refused with an existing name, unless it is configured to adopt it", () => {
        const world = prepared();
        expect(refusalOf(() => world.account("predict-run"))).toBe(
            `Error creating service account: googleapi: Error 409: Service account predict-run already exists within project projects/acme-dev.
Details:
[
  {
    "@type": "type.googleapis.com/google.rpc.ResourceInfo",
    "resourceName": "projects/acme-dev/serviceAccounts/predict-run@acme-dev.iam.gserviceaccount.com"
  }
]
, alreadyExists`,
        );
        const number = world.cloud.store.read(
            "//iam.googleapis.com/serviceAccounts/predict-run@acme-dev.iam.gserviceaccount.com",
        )?.state.uniqueId;
        const adopted = world.make("Account", { accountId: "predict-run", createIgnoreAlreadyExists: true });
        expect(adopted.state.uniqueId).toBe(number);
    });

    test("is not changed by another resource that adopts it", () => {
        const world = prepared();
        const first = world.make("Account", { accountId: "shared-run" });
        world.make("Account", { accountId: "shared-run", createIgnoreAlreadyExists: true });
        expect(world.refreshed(first)?.state.createIgnoreAlreadyExists).toBeUndefined();
    });

    test.each([
        ["short", "must be between 6 and 30 characters long"],
        ["x".repeat(31), "must be between 6 and 30 characters long"],
        ["Predict-Run", 'must match regex "^[a-z]([-a-z0-9]*[a-z0-9])?$"'],
        ["predict-", 'must match regex "^[a-z]([-a-z0-9]*[a-z0-9])?$"'],
    ])("with the name %s is refused at preview", (accountId, reason) => {
        expect(refusalOf(() => prepared().account(accountId))).toBe(
            `accountId: "account_id" ("${accountId}") ${reason}`,
        );
    });

    test("is not disabled when it is created, because the provider does not send that, but by the next update", () => {
        const world = prepared();
        const made = world.make("Account", { accountId: "record-run", disabled: true });
        expect(made.state.disabled).toBe(false);
        expect(world.changed(made)).toEqual(["disabled"]);
        expect(world.update(made, made.inputs).state.disabled).toBe(true);
    });

    test("is deleted with its grants, and a new one with its name does not have them", () => {
        const world = prepared();
        const account = world.make("Account", { accountId: "record-run" });
        const grant = world.make("TopicIAMMember", {
            topic: "sales",
            role: "roles/pubsub.publisher",
            member: account.state.member,
        });
        const other = world.make("TopicIAMMember", { topic: "sales", role: "roles/pubsub.publisher", member });
        world.remove(account);
        expect([world.refreshed(grant), world.refreshed(other)]).toMatchObject([undefined, { state: other.state }]);
        const again = world.make("Account", { accountId: "record-run" });
        expect(again.state.uniqueId).not.toBe(account.state.uniqueId);
        expect(membersOf(world, "roles/pubsub.publisher")).toEqual([member]);
    });
});

/**
 * A resource with a policy for each service: the type of the member resource, the inputs of the parent, and its errors.
 */
const parents: [string, Inputs, string, string][] = [
    ["TopicIAMMember", { topic: "sales" }, 'pubsub topic "projects/acme-dev/topics/sales"', ""],
    [
        "SubscriptionIAMMember",
        { subscription: "reader" },
        'pubsub subscription "projects/acme-dev/subscriptions/reader"',
        "",
    ],
    ["BucketIAMMember", { bucket: "acme-models" }, 'storage bucket "b/acme-models"', ", invalid"],
    [
        "RepositoryIamMember",
        { repository: "images", location },
        `artifactregistry repository "projects/acme-dev/locations/${location}/repositories/images"`,
        "",
    ],
    [
        "FunctionIamMember",
        { cloudFunction: "predict", location },
        `cloudfunctions2 function "projects/acme-dev/locations/${location}/functions/predict"`,
        "",
    ],
    [
        "ServiceIamMember",
        { name: "predict", location },
        `cloudrunv2 service "projects/acme-dev/locations/${location}/services/predict"`,
        "",
    ],
    [
        "AccountIAMMember",
        { serviceAccountId: "projects/acme-dev/serviceAccounts/predict-run@acme-dev.iam.gserviceaccount.com" },
        "service account 'projects/acme-dev/serviceAccounts/predict-run@acme-dev.iam.gserviceaccount.com'",
        ", badRequest",
    ],
];

// https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/resourcemanager/resource_google_service_account_key.go
describe("a key of a service account", () => {
    const token = "gcp:serviceaccount/key:Key";
    const email = "predict-run@acme-dev.iam.gserviceaccount.com";
    const keyed = (inputs: object = {}) => {
        const world = prepared();
        world.override("iam.disableServiceAccountKeyCreation", { enforce: "FALSE" });
        const make = (more: object = {}) => world.makeAny(token, { serviceAccountId: email, ...inputs, ...more });
        return { world, make };
    };

    test("has an ID of its own", () => {
        const { make } = keyed();
        const [one, other] = [make(), make()];
        expect(one.id).toMatch(/^projects\/acme-dev\/serviceAccounts\/predict-run@.*\/keys\/[0-9a-f]{40}$/);
        expect(other.id).not.toBe(one.id);
    });

    test("is for an account that is given by its ID, its address or its unique ID, with its path or without", () => {
        const { world, make } = keyed();
        const uniqueId = world.cloud.store.read(`//iam.googleapis.com/serviceAccounts/${email}`)?.state.uniqueId;
        const path = `projects/acme-dev/serviceAccounts/${email}`;
        for (const serviceAccountId of ["predict-run", email, path, `projects/-/serviceAccounts/${uniqueId}`]) {
            expect(make({ serviceAccountId }).id).toContain(`${path}/keys/`);
        }
        expect(refusalOf(() => make({ serviceAccountId: "nobody" }))).toContain("Error creating service account key");
    });

    test("keeps its values when its deletion policy changes, and is read without its public key if that is asked", () => {
        const { world, make } = keyed();
        const made = make();
        const kept = world.update(made, { ...made.inputs, deletionPolicy: "ABANDON" });
        expect(kept.state).toEqual({ ...made.state, deletionPolicy: "ABANDON" });
        expect(make({ publicKeyType: "TYPE_NONE" }).state.publicKey).toBe("");
    });
});

describe("a member", () => {
    function everything(): World {
        const world = prepared();
        world.make("Subscription", { name: "reader", topic: "sales" });
        world.make("Bucket", { name: "acme-models", location });
        world.make("Repository", { repositoryId: "images", format: "DOCKER" });
        upload(world, "acme-models", "code.zip", { "main.py": "" });
        const source = { storageSource: { bucket: "acme-models", object: "code.zip" } };
        world.make("Function", { name: "predict", location, buildConfig: { runtime: "python312", source } });
        return world;
    }

    test.each(parents)(
        "%s that does not exist is refused with its service's error",
        (type, parent, described, reason) => {
            const world = everything();
            const make = (inputs: Inputs) => world.make(type, { role: "roles/viewer", ...parent, ...inputs });
            const doing = `Error applying IAM policy for ${described}: Error setting IAM policy for ${described}: googleapi: Error 400:`;
            expect(refusalOf(() => make({ member: nobody }))).toBe(
                `${doing} Service account nobody@acme-dev.iam.gserviceaccount.com does not exist.${reason}`,
            );
            expect(refusalOf(() => make({ member: "serviceaccount:x" }))).toBe(
                `${doing} The member serviceaccount:x is of an unknown type. Please set a valid type prefix for the member.${reason}`,
            );
            expect(refusalOf(() => make({ member, role: "pubsub.publisher" }))).toBe(
                `${doing} Request contains an invalid argument.${reason}`,
            );
            expect(make({ member }).state.etag).toMatch(/^[\w+/]{11}=$/);
        },
    );

    test.each([
        ["TopicIAMMember", { topic: "orders" }, "Error 404: Resource not found (resource=orders)."],
        ["SubscriptionIAMMember", { subscription: "orders" }, "Error 404: Resource not found (resource=orders)."],
        ["BucketIAMMember", { bucket: "orders" }, "Error 404: The specified bucket does not exist., notFound"],
        ["RepositoryIamMember", { repository: "orders", location }, "Error 404: Requested entity was not found."],
        [
            "FunctionIamMember",
            { cloudFunction: "orders", location },
            `Error 404: Resource 'projects/acme-dev/locations/${location}/functions/orders' was not found`,
        ],
        [
            "ServiceIamMember",
            { name: "orders", location },
            `Error 404: Resource 'orders' of kind 'SERVICE' in region '${location}' in project 'acme-dev' does not exist.`,
        ],
        [
            "AccountIAMMember",
            { serviceAccountId: "projects/acme-dev/serviceAccounts/orders@acme-dev.iam.gserviceaccount.com" },
            "Error 404: Unknown service account, notFound",
        ],
        ["ProjectIAMMember", { project: "acme-other" }, "Error 403: The caller does not have permission, forbidden"],
    ] as [string, Inputs, string][])("%s of a missing resource is refused", (type, parent, message) => {
        const refusal = refusalOf(() => everything().make(type, { ...parent, role: "roles/viewer", member }));
        expect(refusal).toMatch(/Error retrieving IAM policy for .+: googleapi: /);
        expect(refusal.slice(-message.length)).toBe(message);
    });

    test("of a project is refused like a batched request", () => {
        expect(
            refusalOf(() =>
                prepared().make("ProjectIAMMember", { project: "acme-dev", role: "roles/viewer", member: nobody }),
            ),
        ).toBe(
            `Request \`Create IAM Members roles/viewer ${nobody} for project "acme-dev"\` returned error: Error applying IAM policy for project "acme-dev": Error setting IAM policy for project "acme-dev": googleapi: Error 400: Service account nobody@acme-dev.iam.gserviceaccount.com does not exist., badRequest`,
        );
        const members = [nobody];
        expect(
            refusalOf(() =>
                prepared().make("ProjectIAMBinding", { project: "acme-dev", role: "roles/viewer", members }),
            ),
        ).toMatch(
            /^Request `Set IAM Binding for role "roles\/viewer" on "project \\"acme-dev\\""` returned error: Error applying/,
        );
    });

    test("for everybody is refused on a project", () => {
        const inputs = { project: "acme-dev", role: "roles/viewer", member: "allUsers" };
        expect(refusalOf(() => prepared().make("ProjectIAMMember", inputs))).toContain(
            "Error 400: Request contains an invalid argument.",
        );
    });

    test("outside of the organization is no owner of a project", () => {
        const world = prepared();
        world.override("iam.allowedPolicyMemberDomains", { allowAll: "TRUE" });
        const make = (member: string) =>
            world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/owner", member });
        expect(refusalOf(() => make("user:zoe@gmail.com"))).toContain(
            "Error 400: Request contains an invalid argument.",
        );
        expect(make("user:zoe@acme.example").id).toBe("acme-dev/roles/owner/user:zoe@acme.example");
    });

    test("by a basic role on the project is refused by Pub/Sub", () => {
        const inputs = { topic: "sales", role: "roles/pubsub.viewer", member: "projectViewer:acme-dev" };
        expect(refusalOf(() => prepared().make("TopicIAMMember", inputs))).toContain(
            "Error 400: Request contains an invalid argument.",
        );
    });

    test("has a role with at most 20 conditions", () => {
        const world = prepared();
        const grant = (year: number) =>
            world.make("ProjectIAMMember", {
                project: "acme-dev",
                role: "roles/browser",
                member: "user:zoe@acme.example",
                condition: { title: `${year}`, expression: `request.time < timestamp("${year}-01-01T00:00:00Z")` },
            });
        for (let year = 2031; year <= 2050; year++) {
            grant(year);
        }
        expect(refusalOf(() => grant(2051))).toContain("is larger than the maximum allowed size 20");
    });

    test.each([
        ["user:zoe", "User zoe does not exist."],
        ["group:team@acme", "Group team@acme does not exist."],
        ["domain:acme", "Domain acme does not exist."],
    ])("without a valid address is refused: %s", (member, message) => {
        const inputs = { project: "acme-dev", role: "roles/viewer", member };
        expect(refusalOf(() => prepared().make("ProjectIAMMember", inputs))).toContain(`Error 400: ${message}`);
    });

    test.each([
        [
            "predict-run",
            'invalid value "predict-run" for member (IAM members must have one of the values outlined here',
        ],
        [
            "deleted:user:a@acme.com?uid=1",
            "invalid value for member (Terraform does not support IAM members for deleted",
        ],
    ])("%s is refused at preview", (name, reason) => {
        const inputs = { topic: "sales", role: "roles/pubsub.publisher", member: name };
        expect(refusalOf(() => prepared().make("TopicIAMMember", inputs))).toContain(`member: ${reason}`);
    });

    test("without a kind is refused with its place in the binding", () => {
        const inputs = { topic: "sales", role: "roles/pubsub.publisher", members: [member, "predict-run"] };
        expect(refusalOf(() => prepared().make("TopicIAMBinding", inputs))).toContain(
            'members: invalid value "predict-run" for members.1 (IAM members must have one of the values outlined here',
        );
    });

    test.each<[role: string, string, parent: Inputs]>([
        ["roles/pubsub.reader", "ProjectIAMMember", { project: "acme-dev" }],
        ["roles/billing.creator", "ProjectIAMMember", { project: "acme-dev" }],
        ["roles/pubsub.publisher", "BucketIAMMember", { bucket: "acme-models" }],
        ["roles/storage.admin", "TopicIAMMember", { topic: "sales" }],
        ["roles/pubsub.publisher", "ServiceIamMember", { name: "predict", location }],
        ["roles/run.invoker", "RepositoryIamMember", { repository: "images", location }],
    ])(
        "with %s on %s is refused: the role does not exist, or has nothing for such a resource",
        (role, type, parent) => {
            expect(
                refusalOf(() => everything().make(type, { ...parent, role, member: "user:zoe@acme.com" })),
            ).toContain(`Error 400: Role ${role} is not supported for this resource.`);
        },
    );

    test("of an account requires the account's path, not its email", () => {
        const serviceAccountId = "predict-run@acme-dev.iam.gserviceaccount.com";
        expect(
            refusalOf(() => prepared().make("AccountIAMMember", { serviceAccountId, role: "roles/viewer", member })),
        ).toContain(`serviceAccountId: "service_account_id" ("${serviceAccountId}") doesn't match regexp`);
    });

    test("has its ID and its parent in the provider's format, a subscription's as configured", () => {
        const world = everything();
        const grant = { role: "roles/viewer", member: "user:Zoe@Acme.com" };
        const rest = "roles/viewer/user:zoe@acme.com";
        const written = parents.map(([type, parent]) => {
            const { id, state } = world.make(type, { ...parent, ...grant });
            return [id, state[Object.keys(parent)[0] as string]];
        });
        const at = `projects/acme-dev/locations/${location}`;
        const account = "projects/acme-dev/serviceAccounts/predict-run@acme-dev.iam.gserviceaccount.com";
        expect(written).toEqual([
            [`projects/acme-dev/topics/sales/${rest}`, "projects/acme-dev/topics/sales"],
            [`projects/acme-dev/subscriptions/reader/${rest}`, "reader"],
            [`b/acme-models/${rest}`, "b/acme-models"],
            [`${at}/repositories/images/${rest}`, `${at}/repositories/images`],
            [`${at}/functions/predict/${rest}`, `${at}/functions/predict`],
            [`${at}/services/predict/${rest}`, `${at}/services/predict`],
            [`${account}/${rest}`, account],
        ]);
    });

    test("keeps the case in an ID like Google Cloud, followed by its condition", () => {
        const world = prepared();
        world.override("iam.allowedPolicyMemberDomains", { allowAll: "TRUE" });
        const make = (name: string, more: Inputs = {}) =>
            world.make("TopicIAMMember", { topic: "sales", role: "roles/pubsub.viewer", member: name, ...more }).id;
        const pool = "principalSet://iam.googleapis.com/locations/global/workforcePools/P/*";
        const condition = { title: "until 2030", expression: "1 < 2" };
        const topic = "projects/acme-dev/topics/sales/roles/pubsub.viewer";
        expect([make(pool), make("allUsers")]).toEqual([`${topic}/${pool}`, `${topic}/allUsers`]);
        expect(
            world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/pubsub.viewer", member, condition }).id,
        ).toBe(`acme-dev/roles/pubsub.viewer/${member}/until 2030//1 < 2`);
    });

    const condition = { title: "until 2030", expression: "1 < 2" };

    test.each<[string, Inputs, string]>([
        [
            "TopicIAMMember",
            { topic: "sales", role: "roles/pubsub.viewer" },
            "pubsub_topics and id: /projects/acme-dev/topics/sales",
        ],
        [
            "RepositoryIamMember",
            { location, repository: "images", role: "roles/artifactregistry.reader" },
            `artifactregistry_repositories and id: /projects/acme-dev/locations/${location}/repositories/images`,
        ],
    ])("has no condition where the policy accepts none: %s", (type, inputs, what) => {
        const world = prepared();
        world.make("Repository", { location, repositoryId: "images", format: "DOCKER" });
        expect(refusalOf(() => world.make(type, { ...inputs, member, condition }))).toContain(
            `googleapi: Error 400: Can't set conditional policy on policy type: ${what}`,
        );
    });

    test("has no condition where the provider does not read it", () => {
        const world = prepared();
        world.make("RunService", {
            name: "web",
            location,
            template: { containers: [{ image: "us-docker.pkg.dev/cloudrun/container/hello" }] },
        });
        const inputs = { name: "web", location, role: "roles/run.invoker", member, condition };
        expect(refusalOf(() => world.make("RunServiceIamMember", inputs))).toContain(
            "expected non-nil error with nil state during Create of gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
        );
    });
});

describe("a policy", () => {
    const role = "roles/pubsub.publisher";
    const zoe = "user:zoe@acme.com";

    test("has a grant once, however many programs create it", () => {
        const world = prepared();
        const [first, second] = [1, 2].map(() => world.make("TopicIAMMember", { topic: "sales", role, member }));
        expect(membersOf(world, role)).toEqual([member]);
        world.remove(first as never);
        expect([membersOf(world, role), world.refreshed(second as never)]).toEqual([[], undefined]);
    });

    test("has separate grants with and without a condition", () => {
        const world = prepared();
        const condition = (title: string, expression: string) => ({ condition: { title, expression } });
        const conditions = [{}, condition("a", "1 < 2"), condition("a", "1 < 3"), condition("b", "1 < 2")];
        const email = "predict-run@acme-dev.iam.gserviceaccount.com";
        const serviceAccountId = `projects/acme-dev/serviceAccounts/${email}`;
        const [plain] = conditions.map((each) =>
            world.make("AccountIAMMember", {
                serviceAccountId,
                role: "roles/iam.serviceAccountUser",
                member: zoe,
                ...each,
            }),
        );
        const present = () => world.cloud.iam.grants(`//iam.googleapis.com/serviceAccounts/${email}`, zoe);
        expect(present()).toHaveLength(4);
        world.remove(plain as never);
        expect(present()).toHaveLength(3);
    });

    test("two stacks that grant the same role do not overwrite each other", () => {
        const world = prepared();
        const other = world.beside({ project: "acme-dev" });
        const mine = world.make("TopicIAMMember", { topic: "sales", role, member });
        const theirs = other.make("TopicIAMMember", { topic: "sales", role, member: zoe });
        world.remove(mine);
        expect([membersOf(world, role), other.refreshed(theirs)?.state]).toEqual([[zoe], theirs.state]);
    });

    test("a binding removes the role from other members, and keeps other roles", () => {
        const world = prepared();
        const taken = world.make("TopicIAMMember", { topic: "sales", role, member });
        const kept = world.make("TopicIAMMember", { topic: "sales", role: "roles/viewer", member });
        const binding = world.make("TopicIAMBinding", { topic: "sales", role, members: [zoe] });
        expect(membersOf(world, role)).toEqual([zoe]);
        expect([world.refreshed(taken), world.refreshed(kept)]).toMatchObject([undefined, { state: kept.state }]);
        world.update(binding, { ...binding.inputs, members: [member, zoe] });
        expect(membersOf(world, role).sort()).toEqual([member, zoe]);
    });

    test("a binding detects changes by others with a refresh, and reverts them", () => {
        const world = prepared();
        const binding = world.make("TopicIAMBinding", { topic: "sales", role, members: [member] });
        world.cloud.iam.grant("acme-dev", "//pubsub.googleapis.com/projects/acme-dev/topics/sales", {
            role,
            member: zoe,
        });
        const found = world.refreshed(binding) as typeof binding;
        expect(found.state.members).toEqual([member, zoe]);
        expect(world.changed(found, binding.inputs)).toEqual(["members"]);
        world.update(found, binding.inputs);
        expect(membersOf(world, role)).toEqual([member]);
    });

    test("the order of a binding's members is ignored", () => {
        const world = prepared();
        const binding = world.make("TopicIAMBinding", { topic: "sales", role, members: [member, zoe] });
        expect(world.changed(binding, { ...binding.inputs, members: [zoe, member] })).toEqual([]);
    });

    // https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgiamresource/resource_iam_binding.go
    test("the case of a binding's members is ignored, and each of its parent's names is the same", () => {
        const world = prepared();
        const inputs = { topic: "sales", role, members: [member, zoe] };
        const binding = world.make("TopicIAMBinding", inputs);
        expect(binding.state.topic).toBe("projects/acme-dev/topics/sales");
        expect(world.changed(binding, { ...inputs, members: [zoe.replace("zoe", "Zoe"), member] })).toEqual([]);
        expect(world.changed(binding, { ...inputs, topic: "projects/acme-dev/topics/sales" })).toEqual([]);
        expect(world.changed(binding, { ...inputs, topic: "orders" })).toEqual(["topic"]);
    });

    test("a deleted binding is one without members, which an update recreates", () => {
        const world = prepared();
        const binding = world.make("TopicIAMBinding", { topic: "sales", role, members: [member] });
        world.remove(binding);
        expect(membersOf(world, role)).toEqual([]);
        const found = world.refreshed(binding) as typeof binding;
        expect(found.state.members).toEqual([]);
        world.update(found, binding.inputs);
        expect(membersOf(world, role)).toEqual([member]);
    });

    test("a whole policy replaces all grants, ignoring order and case", () => {
        const world = prepared();
        world.make("TopicIAMMember", { topic: "sales", role: "roles/viewer", member });
        const data = (bindings: object[]) => ({ topic: "sales", policyData: JSON.stringify({ bindings }) });
        const policy = world.make("TopicIAMPolicy", data([{ role, members: [member, zoe] }]));
        expect([membersOf(world, role).sort(), membersOf(world, "roles/viewer")]).toEqual([[member, zoe], []]);
        expect(world.changed(policy, data([{ members: [zoe, member], role }]))).toEqual([]);
        expect(world.changed(policy, data([{ members: [zoe], role }]))).toEqual(["policyData"]);
        world.make("TopicIAMMember", { topic: "sales", role: "roles/viewer", member });
        expect(JSON.parse(world.refreshed(policy)?.state.policyData)).toEqual({
            bindings: [
                { members: [member, zoe], role },
                { members: [member], role: "roles/viewer" },
            ],
        });
        world.remove(policy);
        expect(world.cloud.iam.grants("//pubsub.googleapis.com/projects/acme-dev/topics/sales")).toEqual([]);
        expect(refusalOf(() => world.make("TopicIAMPolicy", { topic: "sales", policyData: "{" }))).toMatch(
            /^policyData: Could not unmarshal policy data \{:\s/,
        );
        expect(refusalOf(() => world.make("TopicIAMPolicy", data([{ role, members: ["zoe"] }])))).toContain(
            'policyData: invalid value "zoe" for bindings.0.members.0 (IAM members must have one of the values outlined here: ',
        );
    });

    // https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgiamresource/iam.go
    test("a whole policy is the same in any order and case, with the same audit configurations and version", () => {
        const world = prepared();
        const bindings = [
            { role, members: [member, zoe] },
            { role: "roles/viewer", members: [zoe] },
        ];
        const auditConfigs = [{ service: "allServices", auditLogConfigs: [{ logType: "DATA_READ" }] }];
        const data = (policy: object) => ({ topic: "sales", policyData: JSON.stringify(policy) });
        const policy = world.make("TopicIAMPolicy", data({ bindings, auditConfigs }));
        const same = { bindings: [bindings[1], { role, members: [zoe.replace("zoe", "Zoe"), member] }], auditConfigs };
        expect(world.changed(policy, data(same))).toEqual([]);
        const others = [
            { bindings },
            { bindings: [bindings[0]], auditConfigs },
            { bindings, auditConfigs, version: 3 },
            { bindings, auditConfigs: [{ ...auditConfigs[0], service: "storage.googleapis.com" }] },
        ];
        expect(others.map((other) => world.changed(policy, data(other)))).toEqual(others.map(() => ["policyData"]));
    });

    test("is deleted with its resource", () => {
        const world = prepared();
        const topic = world.make("Topic", { name: "orders" });
        const made = [
            world.make("TopicIAMMember", { topic: "orders", role, member }),
            world.make("TopicIAMBinding", { topic: "orders", role: "roles/viewer", members: [member] }),
        ];
        world.remove(topic);
        world.make("Topic", { name: "orders" });
        expect(world.refreshed(made[0] as never)).toBeUndefined();
        expect(world.refreshed(made[1] as never)?.state.members).toEqual([]);
        for (const each of made) {
            world.remove(each);
        }
    });
});

test("a custom role can have a permission that no predefined role has", () => {
    const permissions = ["storage.buckets.exemptFromIpFilter"];
    const role = prepared().make("IAMCustomRole", { roleId: "bypass", title: "Bypass", permissions });
    expect(role.state).toMatchObject({ permissions });
});

test.each([
    "storage.objects.fly",
    "resourcemanager.projects.list",
    "resourcemanager.organizations.get",
    "resourcemanager.folders.getIamPolicy",
    "resourcemanager.tagKeys.list",
    "resourcemanager.tagValues.get",
])("a custom role of a project cannot have the permission %s", (permission) => {
    const inputs = { roleId: "reads", title: "Reads", permissions: ["storage.objects.get", permission] };
    expect(refusalOf(() => prepared().make("IAMCustomRole", inputs))).toContain(
        `Permission ${permission} is not valid.`,
    );
});

test("a custom role has a description of at most 300 bytes", () => {
    const inputs = { roleId: "reads", title: "Reads", permissions: ["storage.objects.get"] };
    prepared().make("IAMCustomRole", { ...inputs, description: "x".repeat(300) });
    expect(refusalOf(() => prepared().make("IAMCustomRole", { ...inputs, description: "x".repeat(301) }))).toContain(
        "Request contains an invalid argument.",
    );
});

test("a custom role that exists must be imported", () => {
    const world = prepared();
    const inputs = { roleId: "deploys", title: "Deploys", permissions: ["run.services.get"] };
    const role = world.make("IAMCustomRole", inputs);
    const message = "Custom project role projects/acme-dev/roles/deploys already exists and must be imported";
    expect(refusalOf(() => world.make("IAMCustomRole", inputs))).toBe(message);
    world.update(role, { ...inputs, title: "Deployment" });
});
