import { PubSubTopic, ServerlessFunction } from "slipway";

const sales = new PubSubTopic("sale-range", {
    retention: "7 days",
    schema: {
        avro: {
            type: "record",
            name: "Sale",
            fields: [
                { name: "product", type: "string" },
                { name: "price", type: "double" },
                { name: "discount", type: ["null", "double"], default: null },
            ],
        },
    },
});

new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { SALES: sales.publisher },
});

export const topic = sales.topic.id;
