import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { isOwnConnection } from "../../../local/simulator/provider/peer";

// `test/deploy/otherUsers.test.ts` connects as another user.
const server = createServer({ allowHalfOpen: true });

beforeAll(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => server.close());

/** Both ends of a new connection. */
async function connection(host: string): Promise<[client: Socket, accepted: Socket]> {
    const client = connect((server.address() as AddressInfo).port, host);
    const [[accepted]] = await Promise.all([once(server, "connection"), once(client, "connect")]);
    return [client, accepted];
}

test.each(["127.0.0.1", "::ffff:127.0.0.1"])("a connection of this user to %s is found", async (host) => {
    const [client, accepted] = await connection(host);
    expect(isOwnConnection(accepted)).toBe(true);
    client.destroy();
    accepted.destroy();
});

test("a connection that its process has closed is nobody's, as far as the system says", async () => {
    const [client, accepted] = await connection("127.0.0.1");
    client.destroy();
    await setTimeout(50);
    expect(isOwnConnection(accepted)).toBe(process.platform !== "linux");
    accepted.destroy();
});
