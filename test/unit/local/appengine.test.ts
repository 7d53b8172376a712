import { refusalOf, World } from "./world";

function prepared(): World {
    const world = new World();
    world.enable("appengine");
    return world;
}

test("an application has a host name, and a default service account", () => {
    const world = prepared();
    expect(world.make("Application", { locationId: "europe-west" })).toMatchObject({
        id: "acme-dev",
        state: {
            name: "apps/acme-dev",
            defaultHostname: "acme-dev.ew.r.appspot.com",
            defaultBucket: "acme-dev.appspot.com",
            gcrDomain: "eu.gcr.io",
            servingStatus: "SERVING",
        },
    });
    const account = "acme-dev@appspot.gserviceaccount.com";
    const agent = `service-${world.number}@gcp-gae-service.iam.gserviceaccount.com`;
    const { iam } = world.cloud;
    expect([iam.hasAccount(account), iam.hasAccount(agent)]).toEqual([true, true]);
    const roles = iam.grants("//cloudresourcemanager.googleapis.com/projects/acme-dev");
    expect(roles.map(({ role, member }) => `${role} ${member}`)).toEqual([
        `roles/appengine.serviceAgent serviceAccount:${agent}`,
    ]);
    expect(iam.defaultAccounts("acme-dev").map(({ state }) => state.email)).toEqual([account]);
});

test("a project has one application, which cannot be deleted, even after its stack is deleted", () => {
    const world = prepared();
    const made = world.make("Application", { locationId: "europe-west" });
    const again =
        "Error creating App Engine application: googleapi: Error 409: This application already exists and cannot be re-created., alreadyExists";
    expect(refusalOf(() => world.make("Application", { locationId: "europe-west" }))).toBe(again);
    world.remove(made);
    expect(world.refreshed(made)?.id).toBe("acme-dev");
    expect(refusalOf(() => world.make("Application", { locationId: "us-east1" }))).toBe(again);
});

test("an application's location cannot be changed, which is refused at preview", () => {
    const world = prepared();
    const made = world.make("Application", { locationId: "europe-west" });
    expect(refusalOf(() => world.changed(made, { locationId: "us-east1" }))).toBe(
        "Cannot change location_id once the resource is created.",
    );
    expect(world.changed(made, { locationId: "europe-west", authDomain: "acme.com" })).toEqual(["authDomain"]);
});

test("an application is refused in an unsupported location, and with an invalid status", () => {
    const world = prepared();
    expect(refusalOf(() => world.make("Application", { locationId: "europe-west12" }))).toBe(
        "Error creating App Engine application: googleapi: Error 400: Invalid location ID 'europe-west12' for project 'acme-dev'., badRequest",
    );
    expect(refusalOf(() => world.make("Application", { locationId: "us-east1", servingStatus: "UP" }))).toContain(
        'servingStatus: expected serving_status to be one of ["UNSPECIFIED" "SERVING" "USER_DISABLED" "SYSTEM_DISABLED"], got UP',
    );
});
