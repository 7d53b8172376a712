import { instanceMethods } from "../../local/runtime/services/compute/api";
import { operationMethods } from "../../local/runtime/services/compute/operations";
import { Discovery } from "../discovery";
import { machineWorld } from "../unit/local/emulator/machineWorld";

test("every method of instances accepts and returns what Google's API does", async () => {
    const { call, zonePath } = await machineWorld();
    const document = await Discovery.of("compute.v1");
    const answered = new Set<string>();
    const asked = async (id: string, method: string, path: string, body?: object) => {
        const [address = "", search] = path.split("?");
        const query = Object.fromEntries(new URLSearchParams(search));
        // The document's paths begin after its `servicePath`.
        expect(document.problems({ method, path: address, query, body })).toEqual([]);
        const answer = await call(method, path, { body });
        expect([id, answer.status]).toEqual([id, 200]);
        expect(document.unanswered(`compute.${id}`, answer.body)).toEqual([]);
        answered.add(`compute.${id}`);
        return answer.body;
    };
    const { metadata } = await asked("instances.get", "GET", `${zonePath}/instances/train`);
    await asked("instances.list", "GET", `${zonePath}/instances?filter=name%20%3D%20train&maxResults=10`);
    await asked("instances.aggregatedList", "GET", "projects/acme-dev/aggregated/instances?filter=name%20eq%20train");
    await asked("instances.setMetadata", "POST", `${zonePath}/instances/train/setMetadata`, {
        fingerprint: metadata.fingerprint,
        items: [{ key: "round", value: "2" }],
    });
    await asked("instances.reset", "POST", `${zonePath}/instances/train/reset`);
    const { name } = await asked("instances.stop", "POST", `${zonePath}/instances/train/stop`);
    await asked("instances.start", "POST", `${zonePath}/instances/train/start?requestId=1`);
    await asked("instances.getSerialPortOutput", "GET", `${zonePath}/instances/train/serialPort?port=1&start=0`);
    await asked("zoneOperations.get", "GET", `${zonePath}/operations/${name}`);
    await asked("zoneOperations.wait", "POST", `${zonePath}/operations/${name}/wait`);
    await asked("zoneOperations.list", "GET", `${zonePath}/operations?maxResults=5`);
    const methods = [...instanceMethods(() => undefined), ...operationMethods];
    expect([...answered].sort()).toEqual(methods.map(({ id }) => id).sort());
});
