import { Analytics } from "./analytics.tsx";

/** The whole page, rendered on the server and hydrated in the browser. */
export function Document({ path }: { path: string }) {
  const sku = /^\/products\/(\w+)$/.exec(path)?.[1];
  return (
    <html lang="en" data-razi-route={sku ? "/products/:sku" : "/"}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Razi with server-rendered React</title>
        <script type="module" src="/browser.js" />
      </head>
      <body>
        <nav>
          <a href="/">Home</a> <a href="/products/77">Product 77</a> <a href="/products/78">Product 78</a>
        </nav>
        <h1>{sku ? `Product ${sku}` : "Home"}</h1>
        {sku && (
          <button type="button" data-razi-label="order">
            Order
          </button>
        )}
        <Analytics />
      </body>
    </html>
  );
}
