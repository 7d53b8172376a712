import type { Socket } from "node:net";
import { asksForEncryption, Channel, Greeting, isError, isFastSuccess, isOk, Login, signIn } from "./protocol";

/** A client that has sent its user, and a server that waits for it. */
export interface Opened {
    client: Channel;
    server: Channel;
    greeting: Greeting;
    login: Login;
}

/**
 * Greets a client as the server does, and encrypts its connection if it asks for it.
 *
 * @returns undefined if the server refuses connections
 */
export async function openSession(
    socket: Socket,
    to: Socket,
    encrypt?: (socket: Socket) => Promise<Socket>,
): Promise<Opened | undefined> {
    const [before, server] = [new Channel(socket), new Channel(to)];
    const first = await server.read();
    if (isError(first)) {
        before.write(first);
        socket.end();
        return undefined;
    }
    const greeting = new Greeting(first);
    before.write(greeting.offering(encrypt !== undefined));
    const answer = await before.read();
    if (encrypt === undefined || !asksForEncryption(answer)) {
        return { client: before, server, greeting, login: new Login(answer) };
    }
    const client = before.on(await encrypt(socket));
    return { client, server, greeting, login: new Login(await client.read()) };
}

/**
 * Signs in to the server, with a password of its own or what the client sends; the client receives the result.
 *
 * @param statement with which the session begins
 * @returns whether this succeeds
 */
export async function authenticate(
    { client, server, greeting, login }: Opened,
    password?: string,
    statement?: string,
): Promise<boolean> {
    const result =
        password === undefined ? await relayed(client, server, login) : await signIn(server, greeting, login, password);
    if (isOk(result) && statement !== undefined) {
        await server.query(statement);
    }
    client.write(result);
    return isOk(result);
}

/** Relays between a client and the server until the last answer. */
async function relayed(client: Channel, server: Channel, login: Login): Promise<Buffer> {
    server.write(login.plain);
    for (;;) {
        const answer = await server.read();
        if (isOk(answer) || isError(answer)) {
            return answer;
        }
        client.write(answer);
        if (!isFastSuccess(answer)) {
            server.write(await client.read());
        }
    }
}
