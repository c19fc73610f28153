package org.twofactor.keycloak.rest;

import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.keycloak.http.FormPartValue;
import org.keycloak.http.HttpRequest;

/**
 * The request of an app, in the shape that Keycloak's token endpoint reads: a form. The media type has to say so too, or
 * Keycloak's client authenticator overlooks the form; and the bearer token in its header is the form's, not the client's.
 */
final class FormRequest implements HttpRequest {
    private final HttpRequest original;
    private final MultivaluedMap<String, String> form = new MultivaluedHashMap<>();

    FormRequest(HttpRequest original, Map<String, String> form) {
        this.original = original;
        form.forEach(this.form::putSingle);
    }

    FormRequest with(String name, String value) {
        form.putSingle(name, value);
        return this;
    }

    @Override
    public String getHttpMethod() {
        return "POST";
    }

    @Override
    public MultivaluedMap<String, String> getDecodedFormParameters() {
        return form;
    }

    @Override
    public MultivaluedMap<String, FormPartValue> getMultiPartFormParameters() {
        return new MultivaluedHashMap<>();
    }

    @Override
    public HttpHeaders getHttpHeaders() {
        return new FormHeaders(original.getHttpHeaders());
    }

    @Override
    public X509Certificate[] getClientCertificateChain() {
        return original.getClientCertificateChain();
    }

    @Override
    public UriInfo getUri() {
        return original.getUri();
    }

    @Override
    public boolean isProxyTrusted() {
        return original.isProxyTrusted();
    }

    private record FormHeaders(HttpHeaders original) implements HttpHeaders {

        @Override
        public List<String> getRequestHeader(String name) {
            return getRequestHeaders().getOrDefault(name, List.of());
        }

        @Override
        public String getHeaderString(String name) {
            return HttpHeaders.AUTHORIZATION.equalsIgnoreCase(name) ? null : original.getHeaderString(name);
        }

        @Override
        public MultivaluedMap<String, String> getRequestHeaders() {
            MultivaluedMap<String, String> headers = new MultivaluedHashMap<>();
            original.getRequestHeaders().forEach((name, values) -> {
                // The caller's own content type may be there, in any case: even where a call has no body.
                if (!HttpHeaders.AUTHORIZATION.equalsIgnoreCase(name)
                        && !HttpHeaders.CONTENT_TYPE.equalsIgnoreCase(name)) {
                    headers.put(name, values);
                }
            });
            headers.putSingle(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_FORM_URLENCODED);
            return headers;
        }

        @Override
        public List<MediaType> getAcceptableMediaTypes() {
            return original.getAcceptableMediaTypes();
        }

        @Override
        public List<Locale> getAcceptableLanguages() {
            return original.getAcceptableLanguages();
        }

        @Override
        public MediaType getMediaType() {
            return MediaType.APPLICATION_FORM_URLENCODED_TYPE;
        }

        @Override
        public Locale getLanguage() {
            return original.getLanguage();
        }

        @Override
        public Map<String, Cookie> getCookies() {
            return original.getCookies();
        }

        @Override
        public Date getDate() {
            return original.getDate();
        }

        @Override
        public int getLength() {
            return original.getLength();
        }
    }
}
