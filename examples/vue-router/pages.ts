import { defineComponent, h } from "vue";
import { RouterLink, RouterView } from "vue-router";
import { ConsentDialog } from "./consent-dialog.ts";

// Render functions need no compiler. In a single-file component it is the same, as a template.
export const App = () => [
  h("nav", [
    h(RouterLink, { to: "/" }, () => "Home"),
    " ",
    h(RouterLink, { to: "/products/77" }, () => "Product 77"),
    " ",
    h(RouterLink, { to: "/products/78" }, () => "Product 78"),
  ]),
  h(RouterView),
  h(ConsentDialog),
];

export const Home = { render: () => h("h1", "Home") };

export const Product = defineComponent({
  props: { sku: String },
  setup: (props) => () => [
    h("h1", `Product ${props.sku}`),
    h("button", { type: "button", "data-razi-label": "order" }, "Order"),
  ],
});
