import fs from "node:fs";
import { type Made, World } from "../../unit/local/world";

/** File system functions that creating, reading and deleting a resource use. */
const used = ["existsSync", "linkSync", "mkdirSync", "readFileSync", "renameSync", "rmSync", "writeFileSync"] as const;

/** Counts file system operations of an action; listing a folder counts each file. */
function operations(action: () => void): number {
    let count = 0;
    const spies = used.map((name) => jest.spyOn(fs, name));
    const list = fs.readdirSync;
    const listed = jest.spyOn(fs, "readdirSync").mockImplementation(((...args: Parameters<typeof list>) => {
        const files = list(...args);
        count += 1 + files.length;
        return files;
    }) as typeof list);
    action();
    for (const spy of [...spies, listed]) {
        count += spy === listed ? 0 : spy.mock.calls.length;
        spy.mockRestore();
    }
    return count;
}

/** A cloud with many resources of several types: mostly grants on a secret, a bucket and the project. */
class Crowd {
    readonly world = new World();
    readonly made: Made[] = [];

    constructor() {
        this.world.enable("iam", "pubsub", "secretmanager");
        this.world.make("Topic", { name: "shared" });
        this.world.make("Secret", { secretId: "shared", replication: { auto: {} } });
        this.world.make("Bucket", { name: "acme-dev-shared", location: "EU" });
    }

    add(n: number): void {
        const accountId = `account-${n % 20}`;
        const member = `serviceAccount:${accountId}@acme-dev.iam.gserviceaccount.com`;
        const condition = { title: `number ${n}`, expression: "true" };
        const grant = (role: string) => ({ role: `roles/${role}`, member, condition });
        const { world } = this;
        this.made.push(
            ...(n < 20 ? [world.make("Account", { accountId })] : []),
            world.make("Topic", { name: `topic-${n}` }),
            world.make("Subscription", { name: `own-${n}`, topic: `topic-${n}` }),
            world.make("Subscription", { name: `shared-${n}`, topic: "shared" }),
            world.make("BucketObject", { bucket: "acme-dev-shared", name: `object-${n}`, content: "" }),
            world.make("SecretIamMember", { secretId: "shared", ...grant("secretmanager.secretAccessor") }),
            world.make("BucketIAMMember", { bucket: "acme-dev-shared", ...grant("storage.objectUser") }),
            world.make("ProjectIAMMember", { project: "acme-dev", ...grant("logging.logWriter") }),
            world.make("TopicIAMMember", { topic: `topic-${n}`, role: "roles/pubsub.viewer", member }),
        );
    }

    addUntil(count: number): void {
        for (let n = this.made.filter(({ token }) => token.endsWith(":Topic")).length; n < count; n++) {
            this.add(n);
        }
    }
}

test("disk accesses of a creation, a refresh and a deletion do not grow with the number of resources", () => {
    const crowd = new Crowd();
    crowd.addUntil(20);
    const cost = (count: number) => {
        const before = crowd.made.length;
        const create = operations(() => crowd.addUntil(count));
        const added = crowd.made.slice(before);
        const read = operations(() => added.map((each) => crowd.world.refreshed(each)));
        return [create, read].map((each) => each / added.length);
    };
    const [create = 0, read = 0] = cost(60);
    crowd.addUntil(140);
    const [createLater = 0, readLater = 0] = cost(180);
    expect(createLater).toBeLessThan(create * 1.25);
    expect(readLater).toBe(read);

    const remove = (made: Made[]) => operations(() => made.map((each) => crowd.world.remove(each))) / made.length;
    const few = new Crowd();
    few.addUntil(60);
    const before = operations(() => few.made.slice(-80).map((each) => few.world.remove(each))) / 80;
    expect(remove(crowd.made.slice(-80))).toBeLessThan(before * 1.05);
});

test("deleting an account or a topic also deletes its references, without reading thousands of other resources", () => {
    const crowd = new Crowd();
    crowd.addUntil(100);
    const { world } = crowd;
    const [account] = crowd.made;
    expect(account?.token).toContain("Account");
    // For each grant, its reference and its file are read and deleted.
    const grants = world.cloud.store.referring(account?.state.member).length;
    expect(grants).toBe(20);
    expect(operations(() => world.remove(account as Made))).toBeLessThan(10 + 8 * grants);
    expect(world.cloud.store.referring(account?.state.member)).toEqual([]);

    const topic = crowd.made.find(({ id }) => id.endsWith("topics/topic-7")) as Made;
    expect(operations(() => world.remove(topic))).toBeLessThan(30);
    const subscription = world.cloud.store.read("//pubsub.googleapis.com/projects/acme-dev/subscriptions/own-7");
    expect(subscription?.state.topic).toBe("_deleted-topic_");
});
