import { buildpackStart } from "../../../../local/runtime/emulator/code/buildpack";

const start = (files: Record<string, string>) =>
    buildpackStart(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));

test.each([
    [{ "main.py": "" }, { module: "main:app" }],
    [{ "app.py": "" }, { module: "app:app" }],
    [{ "main.py": "", "app.py": "", "requirements.txt": "flask\nGunicorn==23.0.0" }, { module: "main:app" }],
    [
        { "app.py": "", "requirements.txt": "uvicorn[standard]>=0.3" },
        { entrypoint: "uvicorn app:app --port $PORT --host 0.0.0.0" },
    ],
    [
        { "main.py": "", "requirements.txt": "fastapi[all, standard]" },
        { entrypoint: "uvicorn main:app --port $PORT --host 0.0.0.0" },
    ],
    [{ "main.py": "", "requirements.txt": "uvicorn-worker" }, { module: "main:app" }],
    [
        { "main.py": "", "requirements.txt": "gradio" },
        { entrypoint: "GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=$PORT python main.py" },
    ],
    [
        { "main.py": "", "requirements.txt": "streamlit" },
        { entrypoint: "streamlit run main.py --server.address 0.0.0.0 --server.port $PORT" },
    ],
    [{ "shop.py": "", Procfile: "worker: python work.py\nweb: python shop.py\n" }, { entrypoint: "python shop.py" }],
])("a server in Python with %j starts by %j", (files, started) => {
    expect(start(files)).toEqual({ runtime: "python", start: { kind: "server", ...started } });
});

test.each([
    [{ "package.json": '{"scripts":{"start":"node a.js"}}' }, "npm run start"],
    [{ "package.json": "{}", "server.js": "" }, "npm run start"],
    [{ "package.json": '{"main":"lib/main.js"}' }, "node lib/main.js"],
    [{ "package.json": "{}" }, "node index.js"],
    [{ "package.json": "{}", Procfile: "web: node web.js" }, "node web.js"],
])("a server in Node.js with %j starts by %j", (files, entrypoint) => {
    expect(start(files)).toEqual({ runtime: "nodejs", start: { kind: "server", entrypoint } });
});

test.each([
    [{ "main.go": "" }, "it has neither package.json nor a file in Python"],
    [{ "main.py": "", "package.json": "{}" }, "it has both package.json and files in Python"],
    [{ "shop.py": "" }, "it has no Procfile, main.py or app.py"],
    [{ "main.py": "", "pyproject.toml": "" }, "it has pyproject.toml, and no requirements.txt"],
    [{ "package.json": "{" }, "package.json is invalid"],
])("files %j have no default: %s", (files, reason) => {
    expect(() => start(files)).toThrow(reason);
});
