<#import "template.ftl" as layout>
<@layout.emailLayout>
<p>${msg("two-factor-mail-" + kind + "-text", realm, detail!"")}</p>
<#if kind == "recovery-used" && detail lte 3>
<p><strong>${msg("two-factor-mail-recovery-used-few")}</strong></p>
</#if>
<p>${msg("two-factor-mail-account", account)}<br>
${msg("two-factor-mail-when", when)}<#if kind != "address-taken"><#if client??><br>
${msg("two-factor-mail-client", client)}</#if><#if ipAddress??><br>
${msg("two-factor-mail-address", ipAddress)}</#if></#if></p>
<p><#if kind == "address-taken">${msg("two-factor-mail-address-taken-not-you")}<#else>${msg("two-factor-mail-notice-not-you")}</#if></p>
<p><small>${msg("two-factor-mail-footer", realm)}</small></p>
</@layout.emailLayout>
