import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { handlers } from "../../../local/runtime/docker/server";

const digest = `sha256:${"0a".repeat(32)}`;

/** Calls the provider like the engine; throws its errors. */
function ask<Answer>(method: string, request: object): Promise<Answer> {
    const answering = handlers(async (name) => (name === "a:1" ? digest : Promise.reject(new Error(name))), "5.2.0");
    const handler = answering[method] as unknown as (
        call: object,
        callback: (error: Error | null, answer?: Answer) => void,
    ) => void;
    return new Promise((resolve, reject) => {
        handler({ request }, (error, answer) => (error ? reject(new Error(error.message)) : resolve(answer as Answer)));
    });
}

const invoked = async (token: string, args: Record<string, string>) => {
    const request = new messages.InvokeRequest().setTok(token).setArgs(Struct.fromJavaScript(args));
    return (await ask<messages.InvokeResponse>("invoke", request)).getReturn()?.toJavaScript();
};

test("the digest of an image is returned like by the real provider", async () => {
    expect(await invoked("docker:index/getRegistryImage:getRegistryImage", { name: "a:1" })).toEqual({
        id: digest,
        name: "a:1",
        sha256Digest: digest,
        insecureSkipVerify: false,
    });
    await expect(invoked("docker:index/getRegistryImage:getRegistryImage", { name: "b:1" })).rejects.toThrow("b:1");
});

const words = "the local Google Cloud supports only getRegistryImage of @pulumi/docker, not";

test("other functions are refused", async () => {
    await expect(invoked("docker:index/getNetwork:getNetwork", { name: "a" })).rejects.toThrow(
        `${words} docker:index/getNetwork:getNetwork`,
    );
});

test("resources are refused", async () => {
    const request = new messages.CheckRequest().setType("docker:index/image:Image").setNews(new Struct());
    const answer = await ask<messages.CheckResponse>("check", request);
    expect(answer.getFailuresList().map((failure) => failure.getReason())).toEqual([
        `${words} docker:index/image:Image`,
    ]);
});

test("the provider has the program's version, and accepts any configuration", async () => {
    expect((await ask<{ getVersion(): string }>("getPluginInfo", {})).getVersion()).toBe("5.2.0");
    const news = Struct.fromJavaScript({ registryAuth: "[]" });
    const checked = await ask<messages.CheckResponse>("checkConfig", new messages.CheckRequest().setNews(news));
    expect(checked.getInputs()?.toJavaScript()).toEqual({ registryAuth: "[]" });
    await ask("configure", new messages.ConfigureRequest());
});
