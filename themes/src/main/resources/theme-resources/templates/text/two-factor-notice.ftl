<#ftl output_format="plainText">
${msg("two-factor-mail-" + kind + "-text", realm, detail!"")}
<#if kind == "recovery-used" && detail lte 3>
${msg("two-factor-mail-recovery-used-few")}
</#if>

${msg("two-factor-mail-account", account)}
${msg("two-factor-mail-when", when)}
<#if kind != "address-taken">
<#if client??>${msg("two-factor-mail-client", client)}
</#if>
<#if ipAddress??>${msg("two-factor-mail-address", ipAddress)}
</#if>
</#if>

<#if kind == "address-taken">${msg("two-factor-mail-address-taken-not-you")}<#else>${msg("two-factor-mail-notice-not-you")}</#if>

-- 
${msg("two-factor-mail-footer", realm)}
