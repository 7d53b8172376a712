import { isAllowedOn } from "../../../local/simulator/cloud/access";
import { refusalOf, World } from "./world";

/** A world with a bucket of uniform access, and an account. */
function prepared() {
    const world = new World();
    world.enable("iam");
    world.override("storage.uniformBucketLevelAccess", { enforce: "FALSE" });
    for (const uniformBucketLevelAccess of [true, false]) {
        const name = uniformBucketLevelAccess ? "acme-data" : "acme-old";
        world.make("Bucket", { name, location: "europe-west1", uniformBucketLevelAccess });
    }
    const { email } = world.make("Account", { accountId: "reader" }).state;
    const member = `serviceAccount:${email}`;
    const mayRead = (object: string) =>
        isAllowedOn(
            world.cloud,
            member,
            "storage.objects.get",
            `//storage.googleapis.com/buckets/acme-data/objects/${object}`,
        );
    return { world, member, mayRead };
}

test("a grant on a folder is for the objects below it, and goes with it", () => {
    const { world, member, mayRead } = prepared();
    const folder = { bucket: "acme-data", name: "reports/" };
    const role = "roles/storage.objectViewer";
    const grant = { bucket: "acme-data", managedFolder: "reports/", role, member };
    expect(refusalOf(() => world.make("ManagedFolderIamMember", grant))).toContain("404");
    const made = world.make("ManagedFolder", folder);
    const inner = world.make("ManagedFolder", { ...folder, name: "reports/daily/" });
    const granted = world.make("ManagedFolderIamMember", grant);
    expect([made.id, granted.id.startsWith("b/acme-data/managedFolders/reports/")]).toEqual([
        "acme-data/reports/",
        true,
    ]);
    const objects = ["reports/a.csv", "reports/daily/b.csv", "reports", "reports2/a.csv", "sales/a.csv"];
    expect(objects.map(mayRead)).toEqual([true, true, false, false, false]);
    world.remove(inner);
    expect(mayRead("reports/daily/b.csv")).toBe(true);
});

test("a folder with objects is deleted with force, and they remain", () => {
    const { world } = prepared();
    const folder = { bucket: "acme-data", name: "reports/" };
    const made = world.make("ManagedFolder", folder);
    world.make("BucketObject", { bucket: "acme-data", name: "reports/a.csv", content: "a" });
    expect(refusalOf(() => world.remove(made))).toContain("The managed folder you tried to delete is not empty.");
    const forced = world.make("ManagedFolder", { ...folder, name: "reports/b/", forceDestroy: true });
    world.make("BucketObject", { bucket: "acme-data", name: "reports/b/b.csv", content: "b" });
    world.remove(forced);
    expect(world.cloud.store.read("//storage.googleapis.com/buckets/acme-data/objects/reports/b/b.csv")).toBeDefined();
});

test.each<[string, object, string]>([
    ["without a bucket", { bucket: "acme-none" }, "The specified bucket does not exist."],
    ["of a bucket without uniform access", { bucket: "acme-old" }, "uniform bucket-level access enabled."],
    ["twice", { name: "taken/" }, "409"],
    ["with an empty name in its path", { name: "a//b/" }, "Invalid managed folder name"],
    ["without a slash", { name: "reports" }, 'doesn\'t match regexp "/$"'],
])("a folder %s is refused", (_, args, message) => {
    const { world } = prepared();
    world.make("ManagedFolder", { bucket: "acme-data", name: "taken/" });
    const wrong = refusalOf(() => world.make("ManagedFolder", { bucket: "acme-data", name: "reports/", ...args }));
    expect(wrong).toContain(message);
});

test("nobody grants everyone access to a folder of a bucket that prevents it", () => {
    const { world } = prepared();
    world.make("Bucket", {
        name: "acme-closed",
        location: "europe-west1",
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
    });
    world.make("ManagedFolder", { bucket: "acme-closed", name: "web/" });
    const grant = {
        bucket: "acme-closed",
        managedFolder: "web/",
        role: "roles/storage.objectViewer",
        member: "allUsers",
    };
    expect(refusalOf(() => world.make("ManagedFolderIamMember", grant))).toContain(
        "public access prevention is enforced.",
    );
});
