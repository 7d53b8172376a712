import { organizationId } from "../../../local/simulator/cloud/organization";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { refusalOf, World } from "./world";

const bucket = "//storage.googleapis.com/projects/_/buckets/acme-files";

function prepared(): World {
    const world = new World().grantEditors();
    world.enable("cloudresourcemanager", "iam", "pubsub", "storage");
    world.make("Bucket", { name: "acme-files", location: "EU" });
    world.make("Topic", { name: "sales" });
    return world;
}

function withKey(parent = "projects/acme-dev", more: Inputs = {}) {
    const world = prepared();
    const key = world.make("TagKey", { parent, shortName: "environment", ...more });
    const value = (shortName: string) => world.make("TagValue", { parent: key.id, shortName });
    return { world, key, value };
}

const topic = (world: World) => `//pubsub.googleapis.com/projects/${world.number}/topics/sales`;

test("keys and values have numbers as names, and namespaced names", () => {
    const { key, value } = withKey();
    expect(key.id).toMatch(/^tagKeys\/\d{15}$/);
    expect(key.state.namespacedName).toBe("acme-dev/environment");
    const prod = value("prod");
    expect(prod.id).toMatch(/^tagValues\/\d{15}$/);
    expect(prod.state.namespacedName).toBe("acme-dev/environment/prod");
});

test("the names of bindings consist of the resource and the value", () => {
    const { world, value } = withKey();
    const { id } = value("prod");
    const global = world.make("TagBinding", { parent: topic(world), tagValue: id });
    const name = `${encodeURIComponent(topic(world))}/${id}`;
    expect({ id: global.id, name: global.state.name }).toEqual({ id: `tagBindings/${name}`, name });
    const local = world.make("LocationTagBinding", { parent: bucket, location: "eu", tagValue: id });
    const localName = `tagBindings/${encodeURIComponent(bucket)}/${id}`;
    expect({ id: local.id, name: local.state.name }).toEqual({ id: `eu/${localName}`, name: localName });
});

test("short names are unique in their parent", () => {
    const { world, value } = withKey();
    value("prod");
    expect(refusalOf(() => value("prod"))).toContain("409");
    expect(refusalOf(() => world.make("TagKey", { parent: "projects/acme-dev", shortName: "environment" }))).toContain(
        "409",
    );
    world.make("TagKey", { parent: `organizations/${organizationId}`, shortName: "environment" });
});

test("a resource has one value of a key", () => {
    const { world, value } = withKey();
    world.make("TagBinding", { parent: topic(world), tagValue: value("prod").id });
    const other = () => world.make("TagBinding", { parent: topic(world), tagValue: value("dev").id });
    expect(refusalOf(other)).toContain("A binding already exists between the given resource and a TagValue");
});

test("a value in use cannot be deleted, nor a key with values", () => {
    const { world, key, value } = withKey();
    const prod = value("prod");
    const binding = world.make("TagBinding", { parent: topic(world), tagValue: prod.id });
    expect(refusalOf(() => world.remove(prod))).toContain("still attached to resources in 'global' region");
    expect(refusalOf(() => world.remove(key))).toContain("because it has child TagValues");
    world.remove(binding);
    world.remove(prod);
    world.remove(key);
});

test.each<[string, "TagBinding" | "LocationTagBinding", Inputs, string]>([
    ["a bucket without a location", "TagBinding", {}, "Did you forget to specify the correct location?"],
    [
        "a bucket in another location",
        "LocationTagBinding",
        { location: "us" },
        "tag-compatible resource in location us",
    ],
    [
        "a bucket that does not exist",
        "LocationTagBinding",
        { location: "eu", parent: `${bucket}-2` },
        "403: The caller does not have permission",
    ],
    [
        "a value that does not exist",
        "LocationTagBinding",
        { location: "eu", tagValue: "tagValues/1" },
        "403: The caller does not have permission",
    ],
])("a binding of %s is refused", (_, type, inputs, message) => {
    const { world, value } = withKey();
    const make = () => world.make(type, { parent: bucket, tagValue: value("prod").id, ...inputs });
    expect(refusalOf(make)).toContain(message);
});

test("a key of a project cannot be attached elsewhere, and dynamic values must match", () => {
    const { world } = withKey("projects/acme-dev", { allowedValuesRegex: "^cc-[0-9]{3}$" });
    const bind = (tagValue: string) => world.make("TagBinding", { parent: topic(world), tagValue });
    expect(refusalOf(() => bind("acme-dev/environment/cc-1"))).toContain("403");
    expect(bind("acme-dev/environment/cc-123").state.name).toMatch(/\/tagKeys\/\d+$/);
});

test("a key for firewalls needs a network that exists", () => {
    const { world } = withKey();
    const make = (purposeData: Inputs) =>
        world.make("TagKey", { parent: "projects/acme-dev", shortName: "role", purpose: "GCE_FIREWALL", purposeData });
    expect(refusalOf(() => make({ network: "acme-dev/none" }))).toContain("network acme-dev/none was not found");
    expect(make({ organization: "auto" }).id).toMatch(/^tagKeys\//);
});

test("attaching a value requires a role on the value and on the resource", () => {
    const { world, value } = withKey();
    const { id } = value("prod");
    const member = world.account("deployer");
    world.make("BucketIAMMember", { bucket: "acme-files", role: "roles/resourcemanager.tagUser", member });
    const email = member.replace("serviceAccount:", "");
    const deployer = world.as({ as: email });
    const bind = () => deployer.make("LocationTagBinding", { parent: bucket, location: "eu", tagValue: id });
    expect(refusalOf(bind)).toContain("403");
    world.make("TagValueIamMember", { tagValue: id, role: "roles/resourcemanager.tagUser", member });
    expect(bind().id).toContain(id);
});
