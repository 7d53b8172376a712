import { leastRoles } from "../../../local/permissions/leastRoles";
test("x", () => {
    for (const wanted of [
        ["pubsub.topics.create", "pubsub.topics.get", "pubsub.topics.update", "pubsub.topics.delete", "pubsub.subscriptions.create", "pubsub.topics.attachSubscription"],
        ["pubsub.topics.create", "pubsub.topics.setIamPolicy", "storage.buckets.create", "storage.buckets.get", "storage.buckets.setIamPolicy", "resourcemanager.projects.get"],
    ]) {
        const start = Date.now();
        const { roles, missing } = leastRoles(wanted);
        console.log(Date.now() - start, roles.map(({ role, used, surplus }) => `${role} ${used.length} ${surplus.length}`).join("\n"), missing);
    }
});
